//! Solidity ABI encoding: heads first, then the tails in the same order.

use super::AbiType;

/// Bytes of a word.
pub(crate) const WORD: usize = 32;

/// A tuple, struct or array that is being encoded.
///
/// Its parts are visited twice in the same order: [`head`](Self::head) for each, then [`tail`](Self::tail) for each.
pub struct SequenceEncoder<'a> {
    out: &'a mut Vec<u8>,
    /// Where the sequence begins: offsets count from here.
    base: usize,
    /// The head that the next call of `tail` belongs to.
    cursor: usize,
}

impl<'a> SequenceEncoder<'a> {
    /// Begins a sequence at the end of `out`.
    pub fn new(out: &'a mut Vec<u8>) -> Self {
        let base = out.len();
        Self {
            out,
            base,
            cursor: base,
        }
    }

    /// Writes the head of a part: the value, or room for its offset.
    pub fn head<T: AbiType>(&mut self, value: &T) {
        if T::DYNAMIC {
            self.out.extend_from_slice(&[0; WORD]);
        } else {
            value.encode(self.out);
        }
    }

    /// Writes the tail of a part, which is empty for static values.
    pub fn tail<T: AbiType>(&mut self, value: &T) {
        if T::DYNAMIC {
            let offset = length_word(self.out.len() - self.base);
            self.out[self.cursor..self.cursor + WORD].copy_from_slice(&offset);
            value.encode(self.out);
        }
        self.cursor += T::HEAD_SIZE;
    }
}

/// A length or offset as a word.
pub(crate) fn length_word(length: usize) -> [u8; WORD] {
    let mut word = [0; WORD];
    word[24..].copy_from_slice(&(length as u64).to_be_bytes());
    word
}

/// Appends a length, the bytes, and zeros up to a whole word.
pub(crate) fn encode_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&length_word(bytes.len()));
    out.extend_from_slice(bytes);
    let padding = bytes.len().next_multiple_of(WORD) - bytes.len();
    out.extend_from_slice(&[0; WORD][..padding]);
}

/// Appends the elements of an array, without a length.
pub(crate) fn encode_elements<T: AbiType>(elements: &[T], out: &mut Vec<u8>) {
    let mut sequence = SequenceEncoder::new(out);
    for element in elements {
        sequence.head(element);
    }
    if T::DYNAMIC {
        for element in elements {
            sequence.tail(element);
        }
    }
}

/// `abi.encode` of a value: a tuple is encoded as the list of its parts, anything else as a list of one.
pub fn encode<T: AbiType>(value: &T) -> Vec<u8> {
    let mut out = Vec::new();
    if const { T::SHAPE.is_list() } {
        value.encode(&mut out);
    } else {
        let mut sequence = SequenceEncoder::new(&mut out);
        sequence.head(value);
        sequence.tail(value);
    }
    out
}
