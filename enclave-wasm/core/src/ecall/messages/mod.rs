//! Requests and answers of the ecalls: ARCHITECTURE.md section 3.

mod contracts;
mod epochs;
mod identity;
mod keys;
mod replays;
mod tasks;
mod views;

use serde_bytes::ByteArray;

pub use self::{contracts::*, epochs::*, identity::*, keys::*, replays::*, tasks::*, views::*};

type Bytes20 = ByteArray<20>;
type Bytes32 = ByteArray<32>;
