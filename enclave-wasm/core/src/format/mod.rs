//! The formats that the enclave shares with clients, hosts and Ethereum: ARCHITECTURE.md sections 2.2 to 2.6.

pub mod abi;
pub mod associated_data;
pub mod bytes;
pub mod callback;
pub mod cbor;
pub mod checkpoint;
pub mod delta;
pub mod effect;
pub mod eip712;
pub mod ending;
pub mod epoch;
pub mod event;
pub mod limits;
pub mod log_entry;
pub mod receipt;
pub mod selection;
pub mod tag;
pub mod task_record;
pub mod touches;
pub mod view;
