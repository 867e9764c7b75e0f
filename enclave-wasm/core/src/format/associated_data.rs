//! What every ciphertext is bound to: its purpose, network, contract, task and place.

use super::{
    bytes::{Address, Hash, Network},
    tag::Tag,
};

/// Length in bytes: tag(32) ‖ chainId(32) ‖ enigma(20) ‖ secretContract(20) ‖ taskId(32) ‖ index(4).
pub const LENGTH: usize = 140;

/// The associated data of item `index` of a task.
pub fn associated_data(tag: Tag, network: &Network, contract: &Address, task_id: &Hash, index: u32) -> Vec<u8> {
    [
        &tag.hash()[..],
        &network.chain_word(),
        &network.enigma,
        contract,
        task_id,
        &index.to_be_bytes(),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_140_bytes_in_the_order_of_the_specification() {
        let network = Network {
            chain_id: 0x0102,
            enigma: [3; 20],
        };
        let bytes = associated_data(Tag::Input, &network, &[4; 20], &[5; 32], 6);
        assert_eq!(bytes.len(), LENGTH);
        assert_eq!(bytes[62..64], [1, 2]);
        assert_eq!(bytes[136..], [0, 0, 0, 6]);
    }
}
