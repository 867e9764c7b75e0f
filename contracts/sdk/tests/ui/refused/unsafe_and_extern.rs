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

    pub unsafe fn buy(&mut self) {}

    pub extern "C" fn sell(&mut self) {}

    #[cfg(test)]
    pub fn probe(&self) {}
}

fn main() {}
