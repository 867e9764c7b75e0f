//! Outputs wait under a key of the enclave until their task is settled: else a user and a worker together could look at an
//! answer and then drop the task.
//!
//! `secretContract(20) ‖ taskId(32) ‖ status(1) ‖ AEAD(output ciphertext)`, the clear part being authenticated.

use crate::{
    crypto::{aead, secret::Secret},
    ecall::EcallError,
    format::{
        associated_data::associated_data,
        bytes::{Address, Hash, Network},
        limits,
        receipt::ReceiptStatus,
        tag::Tag,
    },
};

/// The outcome of a task that returned and whose required call failed.
const CALLBACK_FAILED: u8 = 3;

/// Seals an output until its task is settled.
pub fn seal(
    key: &Secret,
    network: &Network,
    contract: &Address,
    task_id: &Hash,
    status: ReceiptStatus,
    output: &[u8],
) -> Vec<u8> {
    let status = status as u8;
    let mut sealed = [&contract[..], task_id, &[status]].concat();
    sealed.extend_from_slice(&aead::seal(key, &context(network, contract, task_id, status), output));
    sealed
}

/// Releases an output for the outcome of its task on chain; nothing of it after a failed callback. The `proof` of that outcome is bounded here and not yet read: until
/// storage proofs come, the outcome is the host's word.
///
/// # Errors
/// `proof-too-large`, `sealed-output-altered`, `output-not-released` where the outcome is not the receipt's own.
pub fn release(
    key: &Secret,
    network: &Network,
    sealed: &[u8],
    outcome: u8,
    proof: &[u8],
) -> Result<Vec<u8>, EcallError> {
    if proof.len() > limits::PROOF {
        return Err(EcallError::new(
            "proof-too-large",
            "The proof of the outcome is larger than allowed.",
        ));
    }
    let altered = || {
        EcallError::new(
            "sealed-output-altered",
            "The bytes are not an output that this enclave sealed.",
        )
    };
    let (contract, rest) = sealed.split_first_chunk::<20>().ok_or_else(altered)?;
    let (task_id, rest) = rest.split_first_chunk::<32>().ok_or_else(altered)?;
    let (status, ciphertext) = rest.split_first().ok_or_else(altered)?;
    let mut output =
        aead::open(key, &context(network, contract, task_id, *status), ciphertext).map_err(|_| altered())?;
    // Why a required call failed stands on Ethereum; the answer that was taken back is told to nobody.
    if outcome == CALLBACK_FAILED && *status == ReceiptStatus::Committed as u8 {
        return Ok(Vec::new());
    }
    if outcome != *status {
        return Err(EcallError::new(
            "output-not-released",
            "The output is released only for the outcome that its receipt states.",
        ));
    }
    Ok(std::mem::take(&mut *output))
}

fn context(network: &Network, contract: &Address, task_id: &Hash, status: u8) -> Vec<u8> {
    associated_data(Tag::ReleasedOutput, network, contract, task_id, u32::from(status))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NETWORK: Network = Network {
        chain_id: 1,
        enigma: [1; 20],
    };

    fn key(byte: u8) -> Secret {
        Secret::take(&mut [byte; 32])
    }

    #[test]
    fn releases_only_for_the_outcome_of_the_receipt() {
        let sealed = seal(
            &key(1),
            &NETWORK,
            &[2; 20],
            &[3; 32],
            ReceiptStatus::Committed,
            b"output",
        );
        assert_eq!(release(&key(1), &NETWORK, &sealed, 1, &[]).unwrap(), b"output");
        assert_eq!(release(&key(1), &NETWORK, &sealed, 3, &[]).unwrap(), b"");
        for outcome in [0, 2, 4, 255] {
            assert_eq!(
                release(&key(1), &NETWORK, &sealed, outcome, &[]).unwrap_err().code,
                "output-not-released"
            );
        }
        assert_eq!(
            release(&key(1), &NETWORK, &sealed, 1, &vec![0; limits::PROOF + 1])
                .unwrap_err()
                .code,
            "proof-too-large"
        );
    }

    #[test]
    fn refuses_altered_bytes_the_status_included_and_other_keys() {
        let sealed = seal(&key(1), &NETWORK, &[2; 20], &[3; 32], ReceiptStatus::Failed, b"");
        assert_eq!(
            release(&key(1), &NETWORK, &sealed, 3, &[]).unwrap_err().code,
            "output-not-released"
        );
        for position in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[position] ^= 1;
            assert_eq!(
                release(&key(1), &NETWORK, &altered, 2, &[]).unwrap_err().code,
                "sealed-output-altered"
            );
        }
        assert_eq!(
            release(&key(2), &NETWORK, &sealed, 2, &[]).unwrap_err().code,
            "sealed-output-altered"
        );
        assert_eq!(
            release(&key(1), &NETWORK, &[], 2, &[]).unwrap_err().code,
            "sealed-output-altered"
        );
    }
}
