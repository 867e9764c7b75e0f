#![allow(unused)]

use enigma_contract::prelude::*;

pub struct Mine;

#[contract_storage]
pub struct Shop {
    by_mine: Map<Mine, u64>,
    mine: Item<Mine>,
}

fn main() {}
