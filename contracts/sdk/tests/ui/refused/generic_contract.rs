#![allow(unused)]

use enigma_contract::prelude::*;

#[contract_storage]
pub struct Shop<T> {
    stock: Item<T>,
}

#[contract_storage]
pub struct Plain {}

#[secret_contract]
impl<T> Generic<T> {
    pub fn new() -> Self {
        Self::default()
    }
}

fn main() {}
