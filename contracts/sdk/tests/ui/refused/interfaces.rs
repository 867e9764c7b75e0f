#![allow(unused)]

use enigma_contract::prelude::*;

#[ethereum_interface]
pub trait Erc20 {
    fn transfer(&self, to: Address, amount: U256);
    fn balance_of(account: Address) -> U256;
    fn pay(amount: f64) {}
    fn pass<T>(value: T);
    const DECIMALS: u8;
}

#[secret_interface]
pub trait Token {
    fn transfer(ctx: &mut Context, to: Address, amount: U256) -> Result<(), String>;
    fn find(name: &str) -> Option<Address>;
}

#[secret_interface]
pub trait Generic<T>: Clone {
    fn count((a, b): (u8, u8)) -> u64;
}

#[ethereum_interface]
pub struct NotATrait;

fn main() {}
