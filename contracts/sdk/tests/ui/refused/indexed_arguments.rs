#![allow(unused)]

use enigma_contract::prelude::*;

#[derive(AbiType)]
pub struct Named {
    name: String,
}

#[contract_event]
pub struct Nested {
    #[indexed]
    names: Vec<String>,
    #[indexed]
    named: Named,
}

fn main() {}
