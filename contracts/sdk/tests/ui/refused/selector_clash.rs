#![allow(unused)]

use enigma_contract::prelude::*;

#[contract_storage]
pub struct Shop {}

#[secret_contract]
impl Shop {
    pub fn new() -> Self {
        Self::default()
    }

    // Both signatures hash to 0x7e190478...
    pub fn buy92732(&mut self) {}

    pub fn sell(&mut self) {}

    pub fn buy110465(&mut self) {}
}

fn main() {}
