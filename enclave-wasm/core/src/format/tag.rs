//! Domain tags: keccak256 of an ASCII label, so that bytes made for one purpose never count for another.

use super::bytes::Hash;
use crate::crypto::keccak::keccak256;

/// What a hash, a key or a ciphertext is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    Input,
    Output,
    Delta,
    Checkpoint,
    Event,
    Outcome,
    ReportData,
    ContractKey,
    EpochSeed,
    Random,
    KeyGrant,
    ReleasedOutput,
    Sealed,
    ViewInput,
    ViewOutput,
    ViewRandom,
}

impl Tag {
    /// Every tag, in the order of ARCHITECTURE.md.
    pub const ALL: [Tag; 16] = [
        Tag::Input,
        Tag::Output,
        Tag::Delta,
        Tag::Checkpoint,
        Tag::Event,
        Tag::Outcome,
        Tag::ReportData,
        Tag::ContractKey,
        Tag::EpochSeed,
        Tag::Random,
        Tag::KeyGrant,
        Tag::ReleasedOutput,
        Tag::Sealed,
        Tag::ViewInput,
        Tag::ViewOutput,
        Tag::ViewRandom,
    ];

    /// The ASCII label.
    pub fn label(self) -> &'static str {
        match self {
            Tag::Input => "enigma/v1/input",
            Tag::Output => "enigma/v1/output",
            Tag::Delta => "enigma/v1/delta",
            Tag::Checkpoint => "enigma/v1/checkpoint",
            Tag::Event => "enigma/v1/event",
            Tag::Outcome => "enigma/v1/outcome",
            Tag::ReportData => "enigma/v1/report-data",
            Tag::ContractKey => "enigma/v1/contract-key",
            Tag::EpochSeed => "enigma/v1/epoch-seed",
            Tag::Random => "enigma/v1/random",
            Tag::KeyGrant => "enigma/v1/key-grant",
            Tag::ReleasedOutput => "enigma/v1/released-output",
            Tag::Sealed => "enigma/v1/sealed",
            Tag::ViewInput => "enigma/v1/view-input",
            Tag::ViewOutput => "enigma/v1/view-output",
            Tag::ViewRandom => "enigma/v1/view-random",
        }
    }

    /// The tag itself.
    pub fn hash(self) -> Hash {
        keccak256(self.label().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_differ() {
        let hashes: std::collections::BTreeSet<_> = Tag::ALL.iter().map(|tag| tag.hash()).collect();
        assert_eq!(hashes.len(), Tag::ALL.len());
    }
}
