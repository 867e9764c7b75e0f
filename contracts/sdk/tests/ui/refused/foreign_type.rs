#![allow(unused)]

use enigma_contract::prelude::*;

pub struct Duration;

#[contract_storage]
pub struct Shop {
    stock: Map<u32, u64>,
}

#[secret_contract]
impl Shop {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn wait(&self, duration: Duration) {}
}

fn main() {}
