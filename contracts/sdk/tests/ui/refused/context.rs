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

    pub fn by_value(&mut self, ctx: Context) {}

    pub fn last(&mut self, item: u32, ctx: &Context) {}
}

fn main() {}
