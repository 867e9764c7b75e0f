use enigma_contract::prelude::*;

#[contract_storage]
pub struct Counter {
    count: PaddedItem<u64, 32>,
}

#[secret_contract]
impl Counter {
    #[pad_output(32)]
    pub fn new() -> Self {
        Self::default()
    }

    #[constant_gas]
    pub fn without_cost(&mut self) {}

    #[constant_gas(1, 2)]
    pub fn two_costs(&mut self) {}

    #[constant_gas(1_000)]
    #[constant_gas(2_000)]
    pub fn twice(&mut self) {}

    #[pad_output]
    pub fn without_class(&mut self) {}

    #[constant_gas(1_000)]
    fn private(&mut self) {}
}

fn main() {}
