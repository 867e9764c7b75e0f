//! What an enclave states about a task that it executed.

use super::{
    abi::{AbiError, Reader, Writer},
    bytes::{Address, Hash, Network},
    eip712,
};
use crate::crypto::keccak::keccak256;

const MOVE_TYPE: &str = "Move(address secretContract,bytes32 stateBefore,bytes32 stateAfter)";
const RECEIPT_TYPE: &str = "Receipt(bytes32 taskId,bytes32 recordHash,uint64 epoch,Move[] moves,bytes32 outputHash,uint64 gasUsed,bytes32 effectsHash,uint8 status)Move(address secretContract,bytes32 stateBefore,bytes32 stateAfter)";

/// Words before the list of moves: the size of the fixed part.
const HEAD_WORDS: u64 = 8;

/// How an execution ended, as far as Ethereum learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiptStatus {
    Committed = 1,
    Failed = 2,
}

/// A contract's state before and after a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    pub secret_contract: Address,
    pub state_before: Hash,
    pub state_after: Hash,
}

/// The statement; signed as EIP-712 typed data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub task_id: Hash,
    pub record_hash: Hash,
    /// The epoch of execution.
    pub epoch: u64,
    /// The called contract first.
    pub moves: Vec<Move>,
    /// keccak256 of the output's ciphertext.
    pub output_hash: Hash,
    pub gas_used: u64,
    /// 32 zero bytes for no effects.
    pub effects_hash: Hash,
    pub status: ReceiptStatus,
}

impl Receipt {
    /// `abi.encode(receipt)`.
    pub fn encode(&self) -> Vec<u8> {
        let head = Writer::default()
            .integer(32u8)
            .hash(&self.task_id)
            .hash(&self.record_hash)
            .integer(self.epoch)
            .integer(HEAD_WORDS.saturating_mul(32))
            .hash(&self.output_hash)
            .integer(self.gas_used)
            .hash(&self.effects_hash)
            .integer(self.status as u8)
            .integer(self.moves.len() as u128);
        self.moves.iter().fold(head, write_move).finish()
    }

    /// # Errors
    /// [`AbiError`] for anything but the canonical encoding of a receipt.
    pub fn decode(bytes: &[u8]) -> Result<Self, AbiError> {
        let mut reader = Reader::new(bytes);
        reader.exactly(32)?;
        let (task_id, record_hash, epoch) = (reader.hash()?, reader.hash()?, reader.integer()?);
        reader.exactly(HEAD_WORDS.saturating_mul(32))?;
        let (output_hash, gas_used, effects_hash) = (reader.hash()?, reader.integer()?, reader.hash()?);
        let status = match reader.integer::<u8>()? {
            1 => ReceiptStatus::Committed,
            2 => ReceiptStatus::Failed,
            _ => return Err(AbiError),
        };
        let count: u64 = reader.integer()?;
        let mut moves = Vec::new();
        for _ in 0..count {
            // Each turn takes 96 bytes off the input or fails, whatever the count says.
            moves.push(Move {
                secret_contract: reader.address()?,
                state_before: reader.hash()?,
                state_after: reader.hash()?,
            });
        }
        reader.end()?;
        Ok(Self {
            task_id,
            record_hash,
            epoch,
            moves,
            output_hash,
            gas_used,
            effects_hash,
            status,
        })
    }

    /// EIP-712 `hashStruct(receipt)`.
    pub fn hash(&self) -> Hash {
        let moves: Vec<u8> = self.moves.iter().flat_map(move_hash).collect();
        let fields = eip712::type_hash(RECEIPT_TYPE)
            .hash(&self.task_id)
            .hash(&self.record_hash)
            .integer(self.epoch)
            .hash(&keccak256(&moves))
            .hash(&self.output_hash)
            .integer(self.gas_used)
            .hash(&self.effects_hash)
            .integer(self.status as u8);
        keccak256(&fields.finish())
    }

    /// What the enclave signs.
    pub fn digest(&self, network: &Network) -> Hash {
        eip712::digest(network, &self.hash())
    }
}

fn write_move(writer: Writer, one: &Move) -> Writer {
    writer
        .address(&one.secret_contract)
        .hash(&one.state_before)
        .hash(&one.state_after)
}

fn move_hash(one: &Move) -> Hash {
    keccak256(&write_move(eip712::type_hash(MOVE_TYPE), one).finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn receipt(moves: usize) -> Receipt {
        let one = Move {
            secret_contract: [3; 20],
            state_before: [4; 32],
            state_after: [5; 32],
        };
        Receipt {
            task_id: [1; 32],
            record_hash: [2; 32],
            epoch: 6,
            moves: vec![one; moves],
            output_hash: [7; 32],
            gas_used: 8,
            effects_hash: [0; 32],
            status: ReceiptStatus::Committed,
        }
    }

    #[test]
    fn decoding_inverts_encoding() {
        for moves in 0..3 {
            let bytes = receipt(moves).encode();
            assert_eq!(bytes.len(), 320 + 96 * moves);
            assert_eq!(Receipt::decode(&bytes).unwrap(), receipt(moves));
        }
    }

    proptest! {
        #[test]
        fn what_decodes_encodes_to_the_same_bytes(position in 0..416usize, value in any::<u8>()) {
            let mut bytes = receipt(1).encode();
            bytes[position] = value;
            if let Ok(decoded) = Receipt::decode(&bytes) {
                prop_assert_eq!(decoded.encode(), bytes);
            }
        }

        #[test]
        fn decoding_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let _ = Receipt::decode(&bytes);
        }
    }
}
