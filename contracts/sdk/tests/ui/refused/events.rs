#![allow(unused)]

use enigma_contract::prelude::*;

#[contract_event]
pub struct FourIndexed {
    #[indexed]
    a: u8,
    #[indexed]
    b: u8,
    #[indexed]
    c: u8,
    #[indexed]
    d: u8,
}

#[contract_event]
pub struct WithoutNames(u8, u8);

#[contract_event]
pub enum Choice {
    Yes,
}

#[contract_event]
pub struct Generic<T> {
    value: T,
}

#[contract_event]
pub struct WithTypes {
    price: f64,
    bytes: Vec<u8>,
    #[indexed(hashed)]
    name: String,
}

fn main() {}
