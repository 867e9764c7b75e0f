#![allow(unused)]

use enigma_contract::prelude::*;

#[contract_event]
pub struct Sold {
    item: u32,
}

#[ethereum_interface]
pub trait Erc20 {
    fn transfer(to: Address, amount: U256);
}

#[secret_interface]
pub trait Other {
    fn count() -> u64;
}

#[contract_storage]
pub struct Shop {
    stock: Map<u32, u64>,
}

#[secret_contract(events(Sold))]
impl Shop {
    pub fn new() -> Self {
        Self::default()
    }

    #[view]
    pub fn emits(&self, ctx: &Context) {
        ctx.emit(Sold { item: 1 });
    }

    #[view]
    pub fn emits_privately(&self, ctx: &Context) {
        ctx.emit_private(Sold { item: 1 }, Recipient::User);
    }

    #[view]
    pub fn requires(&self, ctx: &Context, token: Address) {
        ctx.require(Erc20::at(token).transfer(token, U256::ONE));
    }

    #[view]
    pub fn attempts(&self, ctx: &Context, token: Address) {
        ctx.attempt(Erc20::at(token).transfer(token, U256::ONE));
    }

    #[view]
    pub fn calls(&self, ctx: &Context, other: Address) {
        Other::at(other).count().call(ctx);
    }

    #[view]
    pub fn writes(&self) {
        self.stock.set(1, 1);
    }
}

fn main() {}
