#![allow(unused)]

use enigma_contract::prelude::*;

#[contract_storage]
pub struct Shop {
    stock: Map<u32, u64>,
}

#[secret_contract]
impl Shop {
    pub fn new() -> Self {
        Self::default()
    }

    #[view]
    pub fn writes(&mut self) {}

    #[view]
    pub fn draws(&self, ctx: &mut Context) {}

    #[view]
    fn hidden(&self) {}

    #[view(always)]
    pub fn with_arguments(&self) {}
}

fn main() {}
