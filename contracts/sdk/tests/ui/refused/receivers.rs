#![allow(unused)]

use enigma_contract::prelude::*;

#[contract_storage]
pub struct Shop {
    stock: Map<u32, u64>,
}

#[secret_contract]
impl Shop {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn consume(self) {}

    pub fn boxed(self: Box<Self>) {}

    pub fn price(item: u32) -> u64 {
        u64::from(item)
    }
}

fn main() {}
