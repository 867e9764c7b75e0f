//! The enclave as its host sees it: names and CBOR bytes in, CBOR bytes or an error out.

pub mod enclave;
pub mod error;
pub mod frame;
pub mod messages;
pub mod node_keys;

pub use enclave::Enclave;
pub use error::EcallError;
