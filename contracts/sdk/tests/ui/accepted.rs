//! What the macro must accept: private helpers, constants, a struct of another module, an alias, no unsafe code.
#![forbid(unsafe_code)]

use enigma_contract::prelude::*;

mod model {
    use enigma_contract::prelude::*;

    #[derive(AbiType)]
    pub struct Bid {
        pub price: U256,
    }
}

type Fallible<T> = Result<T, String>;

#[contract_storage]
pub struct Auction {
    best: Map<U256, Address>,
}

#[secret_contract]
impl Auction {
    const FLOOR: u8 = 1;

    pub fn new() -> Fallible<Self> {
        Ok(Self::default())
    }

    pub fn bid(&mut self, ctx: &Context, bid: model::Bid) -> Fallible<bool> {
        self.check(bid.price)?;
        self.best.set(bid.price, ctx.sender());
        Ok(true)
    }

    pub fn draw(&mut self, _ctx: &mut Context, mut count: u8) -> u8 {
        count += 1;
        count
    }

    fn check<T: Into<U256>>(&self, price: T) -> Fallible<()> {
        require!(price.into() > U256::from(Self::FLOOR), "too low");
        Ok(())
    }

    async fn later(self) {}
}

fn main() {
    let _ = Auction::later;
}
