//! What the macro must accept: private helpers, constants, a struct of another module, an alias, no unsafe code.
#![forbid(unsafe_code)]

use enigma_contract::prelude::*;

mod model {
    use enigma_contract::prelude::*;

    #[derive(AbiType)]
    #[derive(Debug)]
    pub struct Bid {
        pub price: U256,
    }
}

type Fallible<T> = Result<T, String>;

mod news {
    use enigma_contract::prelude::*;

    #[contract_event]
    #[derive(Debug)]
    pub struct Bidding {
        #[indexed]
        pub bidder: Address,
        pub bid: super::model::Bid,
    }

    #[contract_event]
    pub struct Ended;
}

#[ethereum_interface]
trait Erc20 {
    fn transfer(to: Address, amount: U256);
    fn approve(spender: Address, amount: U256);
}

#[secret_interface]
pub(crate) trait Registry {
    fn is_known(account: Address) -> bool;
    fn note(account: Address);
}

#[contract_storage]
pub struct Auction {
    best: Map<U256, Address>,
}

#[secret_contract(events(news::Bidding, news::Ended))]
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

    pub fn end(&mut self, ctx: &mut Context, registry: Address, token: Address) -> Result<(), CallError> {
        let winner = ctx.sender();
        if Registry::at(registry).is_known(winner).gas(1_000_000).call(ctx)? {
            ctx.require(Erc20::at(token).transfer(winner, U256::ONE).value(U256::ZERO));
        }
        Self::announce(ctx);
        Ok(())
    }

    fn announce(ctx: &mut Context) {
        let bid = model::Bid { price: U256::ONE };
        let bidder = ctx.sender();
        ctx.emit_private(news::Bidding { bidder, bid }, Recipient::Key(B256::repeat_byte(1)));
        ctx.emit(news::Ended);
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
