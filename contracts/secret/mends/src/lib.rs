//! A contract for tests of what the SDK offers against leaks: calls of constant gas, padded answers, padded storage.

#![forbid(unsafe_code)]

use enigma_contract::prelude::*;

/// Gas of a call of `work`.
const WORK: u64 = 600_000;

/// Values that take the same room whatever they are.
#[contract_storage]
pub struct Mends {
    note: PaddedItem<String, 192>,
    of: PaddedMap<Address, Bytes, 128>,
}

/// Errors of different lengths.
#[contract_error]
pub enum Refusal {
    /// As short as an error can be.
    Short,
    /// As long as the caller wants.
    Long {
        /// What it carries.
        data: Bytes,
    },
}

#[secret_contract]
impl Mends {
    /// Hashes so often; costs the same all the time.
    #[constant_gas(200_000)]
    pub fn new(ctx: &mut Context, rounds: u32) -> Self {
        hash(rounds);
        let mut mends = Self::default();
        mends.of.touch(&ctx.sender());
        mends
    }

    /// Hashes so often, then ends: 0 returns the data, 1 reverts `Short`, 2 reverts `Long` with the data, else panics.
    #[constant_gas(WORK)]
    #[pad_output(256)]
    pub fn work(&mut self, rounds: u32, ending: u8, data: Bytes) -> Result<Bytes, Refusal> {
        hash(rounds);
        match ending {
            0 => Ok(data),
            1 => Err(Refusal::Short),
            2 => Err(Refusal::Long { data }),
            _ => panic!("it was to panic"),
        }
    }

    /// As `work`, without a result.
    #[constant_gas(WORK / 2)]
    #[pad_output(32)]
    pub fn work_silently(&mut self, rounds: u32) {
        hash(rounds);
    }

    /// As `work`, free.
    #[view]
    #[constant_gas(WORK)]
    #[pad_output(256)]
    pub fn look(&self, rounds: u32, data: Bytes) -> Bytes {
        hash(rounds);
        data
    }

    /// Writes the note in one of the ways there are: 0 set, 1 remove, 2 touch, 3 set under a false condition.
    pub fn write_note(&mut self, way: u8, note: String) {
        match way {
            0 => self.note.set(note),
            1 => self.note.remove(),
            2 => self.note.touch(),
            _ => self.note.set_if(false, note),
        }
    }

    /// Writes what belongs to an account, as `write_note`.
    pub fn write_of(&mut self, account: Address, way: u8, data: Bytes) {
        match way {
            0 => self.of.set(account, data),
            1 => self.of.remove(&account),
            2 => self.of.touch(&account),
            _ => self.of.set_if(false, account, data),
        }
    }

    /// The note.
    #[view]
    pub fn note(&self) -> String {
        self.note.get_or_default()
    }

    /// The accounts that something belongs to.
    #[view]
    pub fn accounts(&self) -> Vec<Address> {
        self.of.keys().collect()
    }
}

fn hash(rounds: u32) -> B256 {
    (0..rounds).fold(B256::ZERO, |hash, _| crypto::keccak256(hash))
}
