//! Solidity ABI decoding that accepts exactly one encoding of each value.
//!
//! Solidity's own decoder allows offsets to point anywhere, so that many byte strings mean the same and a short input
//! can be made to expand without bounds. Here an offset must be the one that `abi.encode` writes: the end of what has
//! been read so far. Padding must be zero, signs extended, and nothing may follow. So decoding takes time linear in the
//! input, and whoever hashes arguments hashes their meaning.

use super::AbiType;
use super::encode::WORD;

/// The bytes are not the ABI encoding of a value of the type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

/// Reads words from an encoding.
pub struct Reader<'a> {
    data: &'a [u8],
    position: usize,
}

impl<'a> Reader<'a> {
    /// The next word.
    pub(crate) fn word(&mut self) -> Result<&'a [u8; WORD], Malformed> {
        let rest = self.data.get(self.position..).ok_or(Malformed)?;
        let word = rest.first_chunk().ok_or(Malformed)?;
        self.position += WORD;
        Ok(word)
    }

    /// The next word as a length or offset; none that is larger than the input is valid.
    pub(crate) fn length(&mut self) -> Result<usize, Malformed> {
        let (high, low) = self.word()?.split_at(WORD - 4);
        let length = low.iter().fold(0usize, |sum, byte| (sum << 8) | usize::from(*byte));
        if high.iter().any(|byte| *byte != 0) || length > self.data.len() {
            return Err(Malformed);
        }
        Ok(length)
    }

    /// A length, so many bytes, and zeros up to a whole word.
    pub(crate) fn bytes(&mut self) -> Result<&'a [u8], Malformed> {
        let length = self.length()?;
        let padded = length.next_multiple_of(WORD);
        let rest = self.data.get(self.position..).ok_or(Malformed)?;
        let (bytes, padding) = rest.get(..padded).ok_or(Malformed)?.split_at(length);
        if padding.iter().any(|byte| *byte != 0) {
            return Err(Malformed);
        }
        self.position += padded;
        Ok(bytes)
    }

    /// `count` elements of an array; refuses a count that the input has no room for before it reserves memory.
    pub(crate) fn elements<T: AbiType>(&mut self, count: usize) -> Result<Vec<T>, Malformed> {
        let head_size = count.checked_mul(T::HEAD_SIZE).ok_or(Malformed)?;
        if self.data.len() - self.position < head_size {
            return Err(Malformed);
        }
        let mut sequence = SequenceDecoder::new(self, head_size);
        let mut elements = Vec::with_capacity(count);
        for _ in 0..count {
            elements.push(sequence.part()?);
        }
        sequence.finish();
        Ok(elements)
    }
}

/// A tuple, struct or array that is being decoded, part by part.
pub struct SequenceDecoder<'r, 'a> {
    reader: &'r mut Reader<'a>,
    base: usize,
    /// Where the next dynamic part must begin.
    tail: usize,
}

impl<'r, 'a> SequenceDecoder<'r, 'a> {
    /// Begins a sequence at the reader's position whose heads take `head_size` bytes.
    pub fn new(reader: &'r mut Reader<'a>, head_size: usize) -> Self {
        let base = reader.position;
        Self {
            reader,
            base,
            tail: base + head_size,
        }
    }

    /// The next part.
    ///
    /// # Errors
    /// [`Malformed`] where it is not encoded as `abi.encode` does.
    pub fn part<T: AbiType>(&mut self) -> Result<T, Malformed> {
        if !T::DYNAMIC {
            return T::decode(self.reader);
        }
        if self.reader.length()? != self.tail - self.base {
            return Err(Malformed);
        }
        let mut reader = Reader {
            data: self.reader.data,
            position: self.tail,
        };
        let value = T::decode(&mut reader)?;
        self.tail = reader.position;
        Ok(value)
    }

    /// Ends the sequence: the reader stands behind it.
    pub fn finish(self) {
        self.reader.position = self.tail;
    }
}

/// The value whose [`encode`](super::encode()) is `data`.
///
/// # Errors
/// [`Malformed`] for any other bytes, also for another encoding of the same value or bytes behind it.
pub fn decode<T: AbiType>(data: &[u8]) -> Result<T, Malformed> {
    match decode_first(data)? {
        (value, []) => Ok(value),
        _ => Err(Malformed),
    }
}

/// As [`decode`], of bytes that may have been padded with zeros, as answers of methods with `#[pad_output]` are.
///
/// # Errors
/// [`Malformed`] for any other bytes.
pub fn decode_padded<T: AbiType>(data: &[u8]) -> Result<T, Malformed> {
    match decode_first(data)? {
        (value, padding) if padding.iter().all(|byte| *byte == 0) => Ok(value),
        _ => Err(Malformed),
    }
}

/// The value that the data begins with, and what follows it.
fn decode_first<T: AbiType>(data: &[u8]) -> Result<(T, &[u8]), Malformed> {
    let mut reader = Reader { data, position: 0 };
    let value = if const { T::SHAPE.is_list() } {
        T::decode(&mut reader)?
    } else {
        let mut sequence = SequenceDecoder::new(&mut reader, T::HEAD_SIZE);
        let value = sequence.part()?;
        sequence.finish();
        value
    };
    Ok((value, data.get(reader.position..).ok_or(Malformed)?))
}
