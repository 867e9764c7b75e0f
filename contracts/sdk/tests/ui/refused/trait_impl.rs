#![allow(unused)]

use enigma_contract::prelude::*;

#[contract_storage]
pub struct Shop {}

trait Buy {
    fn buy(&self);
}

#[secret_contract]
impl Buy for Shop {
    fn buy(&self) {}
}

fn main() {}
