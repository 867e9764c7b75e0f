//! What the tests of metering share.

pub mod cases;
pub mod mock_host;
