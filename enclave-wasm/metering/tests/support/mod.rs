//! What the tests of metering share.

#![allow(dead_code)] // each test takes what it needs

pub mod cases;
pub mod generated;
pub mod mock_host;
