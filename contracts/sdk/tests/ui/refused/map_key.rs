#![allow(unused)]

use enigma_contract::prelude::*;

#[contract_storage]
pub struct Shop {
    by_list: Map<Vec<u8>, u64>,
}

fn main() {
    let shop = Shop::default();
    shop.by_list.get(&vec![1]);
}
