use enigma_contract::prelude::*;

#[contract_storage]
pub struct Counter {
    count: Item<u64>,
}

#[secret_contract]
impl Counter {
    pub fn new() -> Self {
        Self::default()
    }

    #[constant_gas("much")]
    pub fn text(&mut self) {}

    #[constant_gas(_amount)]
    pub fn argument(&mut self, _amount: u64) {}
}

fn main() {}
