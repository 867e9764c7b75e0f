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

    pub fn buy<T: Into<u32>>(&mut self, item: T) {}

    pub fn sell(&mut self, item: impl Into<u32>) {}
}

fn main() {}
