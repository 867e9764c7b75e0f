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

    #[pad_output(100)]
    pub fn no_words(&mut self) {}

    #[pad_output(0)]
    pub fn nothing(&mut self) {}
}

fn main() {}
