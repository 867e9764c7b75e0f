#![allow(unused)]

use enigma_contract::prelude::*;

#[contract_storage]
pub struct One {}

#[secret_contract(payable)]
impl One {
    pub fn new() -> Self {
        Self::default()
    }
}

#[contract_storage]
pub struct Two {}

#[secret_contract(errors(Refused))]
impl Two {
    pub fn new() -> Self {
        Self::default()
    }
}

pub struct Plain {
    value: u8,
}

#[contract_storage]
pub struct Three {}

#[secret_contract(events(Plain))]
impl Three {
    pub fn new() -> Self {
        Self::default()
    }
}

fn main() {}
