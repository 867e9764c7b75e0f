#![allow(unused)]

use enigma_contract::prelude::*;

#[contract_storage]
pub struct Shop {
    stock: Map<u32, u64>,
}

#[secret_contract]
impl Shop {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn numbers(&self, a: f64, b: usize, c: isize, d: char) {}

    pub fn borrowed(&self, a: &str, b: &[u8], c: &[u32], d: &Address) {}

    pub fn collections(&self, a: Vec<u8>, b: [u8; 32], c: std::collections::HashMap<u8, u8>, d: Option<u8>) {}

    pub fn nested(&self, a: Vec<(u8, Vec<f32>)>) {}

    pub fn patterns(&self, (a, b): (u8, u8), _: u8) {}
}

fn main() {}
