#![allow(unused)]

use enigma_contract::prelude::*;

#[contract_event]
pub struct Listed {
    value: u8,
}

#[contract_event]
pub struct Unlisted {
    value: u8,
}

pub struct NoEvent;

#[contract_storage]
pub struct Shop {}

#[secret_contract(events(Listed))]
impl Shop {
    pub fn new(ctx: &mut Context) -> Self {
        ctx.emit(Listed { value: 1 });
        ctx.emit(Unlisted { value: 1 });
        ctx.emit_private(NoEvent, Recipient::User);
        Self::default()
    }
}

fn main() {}
