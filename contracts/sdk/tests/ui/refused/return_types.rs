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

    pub fn absent(&self) -> Option<u64> {
        None
    }

    pub fn inside(&self) -> Result<(u8, f64), String> {
        Ok((1, 1.0))
    }

    pub fn itself(&self) -> Self {
        Self::default()
    }
}

fn main() {}
