#![allow(unused)]

use enigma_contract::prelude::*;

pub struct Failure;

#[contract_storage]
pub struct Shop {
    stock: Map<u32, u64>,
}

#[secret_contract]
impl Shop {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn parse(&self) -> Result<u8, Failure> {
        Err(Failure)
    }
}

fn main() {}
