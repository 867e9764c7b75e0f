#![allow(unused)]

use enigma_contract::prelude::*;

#[derive(Default)]
pub struct Shop;

#[secret_contract]
impl Shop {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn buy(&mut self) {}
}

fn main() {}
