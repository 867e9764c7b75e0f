//! Secret random streams: ChaCha20 (RFC 8439) under a key of the contract and the task's record, or the view's request.
//!
//! The key depends on `record.epoch`, not on the epoch of execution, and the record holds the parent block's hash: waiting for
//! another epoch, or replaying the task on a fork, is no second toss of the coin.

use chacha20::{ChaCha20, KeyIvInit, cipher::StreamCipher};

use super::{contract_keys::hkdf, secret::Secret};
use crate::format::{bytes::Hash, tag::Tag};

/// The stream of one task or view; bytes are handed out once, in order.
pub struct RandomStream(ChaCha20);

/// The stream has given its 256 GiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamExhausted;

impl RandomStream {
    /// The stream of the task with this record, under the contract's randomness key of `record.epoch`.
    pub fn of_task(randomness_key: &Secret, record_hash: &Hash) -> Self {
        Self::new(randomness_key, Tag::Random, record_hash)
    }

    /// The stream of the view with this request id. Whoever asks draws the id, so no id may lead to a task's stream.
    pub fn of_view(randomness_key: &Secret, request_id: &Hash) -> Self {
        Self::new(randomness_key, Tag::ViewRandom, request_id)
    }

    fn new(randomness_key: &Secret, tag: Tag, drawn_for: &Hash) -> Self {
        let key = hkdf(randomness_key, &[], &[&tag.hash(), drawn_for]);
        Self(ChaCha20::new(key.expose().into(), &[0u8; 12].into()))
    }

    /// The next `length` bytes.
    ///
    /// # Errors
    /// [`StreamExhausted`] after 256 GiB.
    pub fn next(&mut self, length: usize) -> Result<Vec<u8>, StreamExhausted> {
        let mut bytes = vec![0; length];
        self.0.try_apply_keystream(&mut bytes).map_err(|_| StreamExhausted)?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cutting_the_stream_differently_gives_the_same_bytes() {
        let stream = || RandomStream::of_task(&Secret::take(&mut [1; 32]), &[2; 32]);
        let whole = stream().next(200).unwrap();
        let mut cut = stream();
        let parts = [
            cut.next(1).unwrap(),
            cut.next(0).unwrap(),
            cut.next(70).unwrap(),
            cut.next(129).unwrap(),
        ]
        .concat();
        assert_eq!(whole, parts);
        assert_ne!(
            whole,
            RandomStream::of_task(&Secret::take(&mut [1; 32]), &[3; 32])
                .next(200)
                .unwrap()
        );
    }
}
