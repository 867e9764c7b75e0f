#![allow(unused)]

use enigma_contract::prelude::*;

#[secret_contract]
pub struct Shop;

fn main() {}
