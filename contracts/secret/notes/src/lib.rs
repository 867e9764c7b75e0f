//! Private notes: every account keeps texts under titles, and nobody else can read either.
//!
//! The store of a secret contract is encrypted, so a note needs no encryption of its own. What is left to hide are sizes: titles
//! enter the keys as hashes, and a note of any length is stored in a fixed number of bytes.
//!
//! What everybody sees: who wrote, and when, and the length of title and text together up to the next power of two, since the
//! input of a task has that length. Fill a text with spaces where its length matters.

#![forbid(unsafe_code)]

use enigma_contract::prelude::*;

/// Longest title, in bytes of UTF-8.
pub const MAX_TITLE: usize = 64;
/// Longest text, in bytes of UTF-8.
pub const MAX_TEXT: usize = 1_024;
/// Encoding of the longest note: three offsets, and two texts with their lengths.
const NOTE_BYTES: usize = 3 * 32 + 32 + MAX_TITLE + 32 + MAX_TEXT;
/// Gas of writing a note, whatever its length.
const WRITE: u64 = 60_000;

/// What the enclave remembers.
#[contract_storage]
pub struct Notes {
    /// By account and hash of the title.
    notes: PaddedMap<(Address, B256), Note, NOTE_BYTES>,
}

/// A note; an empty text is none.
#[derive(AbiType, Debug, Clone, PartialEq, Eq, Default)]
struct Note {
    title: String,
    text: String,
}

/// Why a call was refused.
#[contract_error]
pub enum Error {
    /// A title has 1 to 64 bytes.
    BadTitle,
    /// A text has at most 1,024 bytes.
    TextTooLong,
    /// The caller has no note of this title.
    NoSuchNote,
}

#[secret_contract]
impl Notes {
    /// Starts without notes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes a note of the caller, in place of an earlier one of this title. An empty text erases it.
    #[constant_gas(WRITE)]
    pub fn write(&mut self, ctx: &Context, title: String, text: String) -> Result<(), Error> {
        require!((1..=MAX_TITLE).contains(&title.len()), Error::BadTitle);
        require!(text.len() <= MAX_TEXT, Error::TextTooLong);
        let key = (ctx.sender(), crypto::keccak256(title.as_bytes()));
        self.notes.set(key, Note { title, text });
        Ok(())
    }

    /// A note of the caller.
    #[view]
    pub fn read(&self, ctx: &Context, title: String) -> Result<String, Error> {
        let key = (ctx.sender(), crypto::keccak256(title.as_bytes()));
        let text = self.notes.get_or_default(&key).text;
        require!(!text.is_empty(), Error::NoSuchNote);
        Ok(text)
    }

    /// The titles of the caller's notes, in alphabetical order.
    #[view]
    pub fn titles(&self, ctx: &Context) -> Vec<String> {
        let notes = self.notes.iter_prefix(&ctx.sender()).map(|(_, note)| note);
        let mut titles: Vec<String> = notes
            .filter(|note| !note.text.is_empty())
            .map(|note| note.title)
            .collect();
        titles.sort_unstable();
        titles
    }
}
