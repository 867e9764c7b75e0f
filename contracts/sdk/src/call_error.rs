//! Why a call of another secret contract did not return.

use crate::abi::json::{Entry, Kind};
use crate::abi::selector::selector;
use crate::abi::{Field, Shape, encode};
use crate::error::{ContractError, with_selector};
use alloy_primitives::Bytes;

/// Why a call of another secret contract did not return. The call changed nothing; its gas is used.
///
/// As the error of a method it is the custom error `CallFailed(uint8 ending, bytes payload)`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallError {
    /// It reverted with this Solidity revert data; [`decode`](Self::decode) reads it.
    Reverted(Bytes),
    /// It panicked with this message.
    Panicked(String),
    /// Its gas did not suffice.
    OutOfGas,
    /// Its memory or its state grew too large.
    OutOfMemory,
    /// It called its own functions too deeply.
    StackOverflow,
    /// It did something that no contract may do; the number says what (ARCHITECTURE.md 2.3).
    Trapped(u8),
    /// Its module breaks this rule.
    ModuleRefused(String),
    /// The enclave did not make the call.
    Refused(Refusal),
    /// It returned bytes that are no encoding of the declared result. It did run, and what it changed stands, unless
    /// this contract fails too.
    UnexpectedResult(Bytes),
}

/// Why the enclave did not make a call.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The task's record does not name the contract.
    Undeclared,
    /// The contract is being called already.
    Reentry,
    /// The call would be too deep.
    Depth,
    /// A view calls no other contract.
    View,
    /// A reason that this version of the SDK does not know.
    Other(String),
}

impl Refusal {
    const KNOWN: [(&str, Refusal); 4] = [
        ("undeclared", Refusal::Undeclared),
        ("reentry", Refusal::Reentry),
        ("depth", Refusal::Depth),
        ("view", Refusal::View),
    ];

    /// The reason as the enclave writes it.
    pub fn code(&self) -> &str {
        match self {
            Self::Undeclared => "undeclared",
            Self::Reentry => "reentry",
            Self::Depth => "depth",
            Self::View => "view",
            Self::Other(code) => code,
        }
    }

    fn read(code: &[u8]) -> Self {
        let known = Self::KNOWN.into_iter().find(|(name, _)| name.as_bytes() == code);
        known.map_or_else(|| Self::Other(text(code)), |(_, refusal)| refusal)
    }
}

impl CallError {
    /// Reads an ending that is not `returned`, and its payload.
    pub(crate) fn read(ending: u8, payload: &[u8]) -> Self {
        match ending {
            1 => Self::Reverted(Bytes::copy_from_slice(payload)),
            2 => Self::Panicked(text(payload)),
            3 => Self::OutOfGas,
            4 => Self::OutOfMemory,
            5 => Self::StackOverflow,
            8 => Self::ModuleRefused(text(payload)),
            10 => Self::Refused(Refusal::read(payload)),
            _ => Self::Trapped(payload.first().copied().unwrap_or_default()),
        }
    }

    /// The error of another contract's interface that it reverted with, if it is one of `E`.
    pub fn decode<E: ContractError>(&self) -> Option<E> {
        match self {
            Self::Reverted(data) => E::from_revert_data(data),
            _ => None,
        }
    }

    /// The ending as a number (ARCHITECTURE.md 2.3).
    pub fn ending(&self) -> u8 {
        match self {
            Self::UnexpectedResult(_) => 0,
            Self::Reverted(_) => 1,
            Self::Panicked(_) => 2,
            Self::OutOfGas => 3,
            Self::OutOfMemory => 4,
            Self::StackOverflow => 5,
            Self::Trapped(_) => 6,
            Self::ModuleRefused(_) => 8,
            Self::Refused(_) => 10,
        }
    }

    /// What came with the ending.
    pub fn payload(&self) -> Bytes {
        match self {
            Self::Reverted(data) | Self::UnexpectedResult(data) => data.clone(),
            Self::Panicked(message) | Self::ModuleRefused(message) => Bytes::copy_from_slice(message.as_bytes()),
            Self::Trapped(code) => Bytes::copy_from_slice(&[*code]),
            Self::Refused(refusal) => Bytes::copy_from_slice(refusal.code().as_bytes()),
            Self::OutOfGas | Self::OutOfMemory | Self::StackOverflow => Bytes::new(),
        }
    }
}

const ARGUMENTS: &[Field] = &[
    Field {
        name: "ending",
        shape: Shape::Uint(8),
    },
    Field {
        name: "payload",
        shape: Shape::Named("bytes"),
    },
];

impl ContractError for CallError {
    const ENTRIES: &'static [Entry] = &[Entry {
        kind: Kind::Error,
        name: "CallFailed",
        inputs: ARGUMENTS,
        doc: "A call of another secret contract did not return.",
    }];

    fn revert_data(&self) -> Vec<u8> {
        const SELECTOR: [u8; 4] = selector("CallFailed", ARGUMENTS);
        with_selector(SELECTOR, encode(&(self.ending(), self.payload())))
    }

    fn from_revert_data(data: &[u8]) -> Option<Self> {
        const SELECTOR: [u8; 4] = selector("CallFailed", ARGUMENTS);
        let (ending, payload): (u8, Bytes) = crate::error::decode_revert(SELECTOR, data)?;
        Some(match ending {
            0 => Self::UnexpectedResult(payload),
            _ => Self::read(ending, &payload),
        })
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
