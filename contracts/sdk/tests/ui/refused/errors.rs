#![allow(unused)]

use enigma_contract::prelude::*;

#[contract_error]
pub enum Reserved {
    Error,
    UnknownFunction,
}

#[contract_error]
pub enum Typed {
    Ratio { value: f32 },
    Text(&'static str),
}

#[contract_error]
pub enum Generic<T> {
    Other(T),
}

#[contract_error]
pub struct NotAnEnum;

fn main() {}
