#![allow(unused)]

use enigma_contract::prelude::*;

#[derive(AbiType)]
pub struct Nothing;

#[derive(AbiType)]
pub struct Pair(u8, u8);

#[derive(AbiType)]
pub struct Generic<T> {
    value: T,
}

#[derive(AbiType)]
pub struct Floating {
    ratio: f64,
}

#[derive(AbiType)]
pub enum WithData {
    One(u8),
}

#[derive(AbiType)]
pub enum Numbered {
    One = 1,
}

fn main() {}
