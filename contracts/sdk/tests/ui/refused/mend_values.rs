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

    #[constant_gas(amount)]
    pub fn argument(&mut self, amount: u64) {}

    #[pad_output(100)]
    pub fn no_words(&mut self) {}

    #[pad_output(0)]
    pub fn nothing(&mut self) {}
}

fn main() {}
