#![allow(unused)]

use enigma_contract::prelude::*;

#[contract_storage]
pub struct Plain {
    owner: Address,
}

#[contract_storage]
pub struct Unnamed(Item<u8>);

#[contract_storage]
pub enum Choice {
    One,
}

fn main() {}
