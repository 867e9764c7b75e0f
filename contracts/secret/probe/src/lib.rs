//! A contract that does everything a contract can do, well and badly, for tests of whatever runs contracts.

#![forbid(unsafe_code)]
// One function takes a number of every width.
#![allow(clippy::too_many_arguments)]

mod endings;

use enigma_contract::prelude::*;
use enigma_contract::primitives::aliases::{I24, U24};

/// What the enclave remembers.
#[contract_storage]
pub struct Probe {
    entries: Map<Bytes, Bytes>,
    ledger: Map<(Address, u64), String>,
    runs: Item<u64>,
}

/// Errors with every number of arguments.
#[contract_error]
pub enum Error {
    /// Refused without a reason.
    Refused,
    /// Refused because of an account and an amount.
    NotAllowed { who: Address, amount: U256 },
    /// Refused with arguments of dynamic size.
    Rejected { reason: String, codes: Vec<u16> },
}

/// A fixed-size struct.
#[derive(AbiType, Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// Horizontal.
    pub x: i64,
    /// Vertical.
    pub y: i64,
}

/// A struct with dynamic parts and another struct in it.
#[derive(AbiType, Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// What it is called.
    pub display_name: String,
    /// Its corners.
    pub corners: Vec<Point>,
    /// Its colour.
    pub colour: Colour,
}

/// A Solidity enum.
#[derive(AbiType, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// 0.
    Red,
    /// 1.
    Green,
    /// 2.
    Blue,
}

/// The facts of a task, as the contract sees them.
#[derive(AbiType, Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Who ordered it.
    pub sender: Address,
    /// The contract's address.
    pub self_address: Address,
    /// The task's id.
    pub task_id: B256,
    /// The record's epoch.
    pub epoch: u64,
    /// The block of the record.
    pub block_number: u64,
    /// The time of that block in seconds.
    pub timestamp: u64,
}

#[secret_contract]
impl Probe {
    /// Remembers one entry; refuses an empty key.
    pub fn new(_ctx: &mut Context, key: Bytes, value: Bytes) -> Result<Self, Error> {
        require!(!key.is_empty(), Error::Refused);
        let mut probe = Self::default();
        probe.entries.set(key, value);
        Ok(probe)
    }

    // --- every type of the ABI ---

    /// Returns its argument.
    #[view]
    pub fn echo_bool(&self, value: bool) -> bool {
        value
    }

    /// Returns its argument.
    #[view]
    pub fn echo_address(&self, value: Address) -> Address {
        value
    }

    /// Returns its arguments: unsigned integers of every Rust width, 24 and 256 bits.
    #[view]
    pub fn echo_unsigned(
        &self,
        a: u8,
        b: u16,
        c: U24,
        d: u32,
        e: u64,
        f: u128,
        g: U256,
    ) -> (u8, u16, U24, u32, u64, u128, U256) {
        (a, b, c, d, e, f, g)
    }

    /// Returns its arguments: signed integers of every Rust width, 24 and 256 bits.
    #[view]
    pub fn echo_signed(
        &self,
        a: i8,
        b: i16,
        c: I24,
        d: i32,
        e: i64,
        f: i128,
        g: I256,
    ) -> (i8, i16, I24, i32, i64, i128, I256) {
        (a, b, c, d, e, f, g)
    }

    /// Returns its arguments: fixed bytes.
    #[view]
    pub fn echo_fixed_bytes(
        &self,
        a: FixedBytes<1>,
        b: FixedBytes<4>,
        c: B256,
    ) -> (FixedBytes<1>, FixedBytes<4>, B256) {
        (a, b, c)
    }

    /// Returns its argument.
    #[view]
    pub fn echo_bytes(&self, value: Bytes) -> Bytes {
        value
    }

    /// Returns its argument.
    #[view]
    pub fn echo_string(&self, value: String) -> String {
        value
    }

    /// Returns its arguments: dynamic, fixed and nested arrays.
    #[view]
    pub fn echo_arrays(
        &self,
        a: Vec<U256>,
        b: [u64; 3],
        c: Vec<Vec<String>>,
        d: [Bytes; 2],
    ) -> (Vec<U256>, [u64; 3], Vec<Vec<String>>, [Bytes; 2]) {
        (a, b, c, d)
    }

    /// Returns its arguments: a tuple, structs and an enum.
    #[view]
    pub fn echo_structs(
        &self,
        pair: (Address, String),
        point: Point,
        shapes: Vec<Shape>,
        colour: Colour,
    ) -> ((Address, String), Point, Vec<Shape>, Colour) {
        (pair, point, shapes, colour)
    }

    /// Does nothing.
    pub fn nothing(&mut self) {}

    // --- state ---

    /// Stores a value under a key.
    pub fn set(&mut self, key: Bytes, value: Bytes) {
        self.entries.set(key, value);
    }

    /// Whether the key has a value, and the value.
    #[view]
    pub fn get(&self, key: Bytes) -> (bool, Bytes) {
        let value = self.entries.get(&key);
        (value.is_some(), value.unwrap_or_default())
    }

    /// Removes a key.
    pub fn remove(&mut self, key: Bytes) {
        self.entries.remove(&key);
    }

    /// All entries in key order.
    #[view]
    pub fn entries(&self) -> Vec<(Bytes, Bytes)> {
        self.entries.iter().collect()
    }

    /// Appends a line to the caller's page and returns how many it has.
    pub fn write_line(&mut self, ctx: &Context, line: String) -> u64 {
        let number = self.ledger.iter_prefix(&ctx.sender()).count() as u64;
        self.ledger.set((ctx.sender(), number), line);
        number + 1
    }

    /// The lines of an account's page.
    #[view]
    pub fn page_of(&self, account: Address) -> Vec<String> {
        self.ledger.iter_prefix(&account).map(|(_, line)| line).collect()
    }

    /// Counts its calls.
    pub fn count_run(&mut self) -> u64 {
        self.runs.update(|runs| runs + 1);
        self.runs.get_or_default()
    }

    /// Stores a value of this size, in bytes.
    pub fn store_large(&mut self, size: u32) {
        self.entries
            .set(Bytes::from_static(b"large"), vec![0xab; size as usize].into());
    }

    // --- context ---

    /// The facts of the task.
    #[view]
    pub fn facts(&self, ctx: &Context) -> Facts {
        Facts {
            sender: ctx.sender(),
            self_address: ctx.self_address(),
            task_id: ctx.task_id(),
            epoch: ctx.epoch(),
            block_number: ctx.block_number(),
            timestamp: ctx.timestamp(),
        }
    }

    /// The gas that is left.
    #[view]
    pub fn gas_left(&self, ctx: &Context) -> u64 {
        ctx.gas_left()
    }

    /// Logs a line.
    pub fn log(&mut self, ctx: &Context, line: String) {
        ctx.debug_log(line);
    }

    /// Random bytes.
    pub fn random_bytes(&mut self, ctx: &mut Context, length: u32) -> Bytes {
        ctx.random_bytes(length).into()
    }

    /// Two random numbers of 64 bits and one below a bound.
    pub fn random_numbers(&mut self, ctx: &mut Context, bound: u64) -> (u64, u64, u64) {
        (ctx.random(), ctx.random(), ctx.random_below(bound))
    }

    // --- cryptography ---

    /// Keccak-256.
    #[view]
    pub fn keccak256(&self, data: Bytes) -> B256 {
        crypto::keccak256(data)
    }

    /// SHA-256.
    #[view]
    pub fn sha256(&self, data: Bytes) -> B256 {
        crypto::sha256(data)
    }

    /// Whether a signature recovers an address, and the address.
    #[view]
    pub fn recover(&self, hash: B256, signature: Bytes) -> (bool, Address) {
        let address = crypto::secp256k1_recover(&hash, &signature);
        (address.is_some(), address.unwrap_or_default())
    }

    /// Whether an Ed25519 signature is valid.
    #[view]
    pub fn verify_ed25519(&self, public_key: B256, message: Bytes, signature: Bytes) -> bool {
        crypto::ed25519_verify(&public_key, &message, &signature)
    }

    /// Encrypts.
    #[view]
    pub fn seal(&self, key: B256, associated_data: Bytes, plaintext: Bytes) -> Bytes {
        crypto::aead_seal(&key, &associated_data, &plaintext).into()
    }

    /// Whether a ciphertext authenticates, and its plaintext.
    #[view]
    pub fn open(&self, key: B256, associated_data: Bytes, ciphertext: Bytes) -> (bool, Bytes) {
        let plaintext = crypto::aead_open(&key, &associated_data, &ciphertext);
        (plaintext.is_some(), plaintext.unwrap_or_default().into())
    }

    /// The X25519 public key of a secret key.
    #[view]
    pub fn public_key(&self, secret_key: B256) -> B256 {
        crypto::x25519_public_key(&secret_key)
    }

    /// Whether two keys have a shared secret, and the secret.
    #[view]
    pub fn shared_secret(&self, secret_key: B256, public_key: B256) -> (bool, B256) {
        let secret = crypto::x25519_shared_secret(&secret_key, &public_key);
        (secret.is_some(), secret.unwrap_or_default())
    }

    // --- bad endings, each after a write that must not stay ---

    /// Reverts without arguments.
    pub fn refuse(&mut self) -> Result<(), Error> {
        self.count_run();
        Err(Error::Refused)
    }

    /// Reverts with arguments.
    pub fn deny(&mut self, ctx: &Context, amount: U256) -> Result<(), Error> {
        self.count_run();
        Err(Error::NotAllowed {
            who: ctx.sender(),
            amount,
        })
    }

    /// Reverts with arguments of dynamic size.
    pub fn reject(&mut self, reason: String, codes: Vec<u16>) -> Result<u64, Error> {
        self.count_run();
        bail!(Error::Rejected { reason, codes })
    }

    /// Reverts with a text.
    pub fn revert_with_text(&mut self, text: String) -> Result<(), String> {
        self.count_run();
        Err(text)
    }

    /// Panics with this message.
    pub fn panic(&mut self, message: String) {
        self.count_run();
        panic!("{message}")
    }

    /// Adds; a sum beyond 64 bits panics.
    pub fn add(&mut self, a: u64, b: u64) -> u64 {
        self.count_run();
        a + b
    }

    /// Divides; zero panics.
    pub fn divide(&mut self, a: u64, b: u64) -> u64 {
        self.count_run();
        a / b
    }

    /// Never ends.
    pub fn loop_forever(&mut self) {
        self.count_run();
        endings::loop_forever();
    }

    /// Calls itself this many times, without using memory.
    pub fn recurse(&mut self, depth: u64) -> u64 {
        self.count_run();
        endings::recurse(depth)
    }

    /// Calls itself this many times with 256 bytes of memory in each.
    pub fn recurse_with_memory(&mut self, depth: u64) -> u64 {
        self.count_run();
        endings::recurse_with_memory(depth)
    }

    /// Takes memory until there is no more.
    pub fn exhaust_memory(&mut self) -> u64 {
        self.count_run();
        endings::exhaust_memory()
    }

    /// Takes so many pages of 64 KiB and returns the sum of what it wrote there.
    pub fn use_memory(&mut self, pages: u32) -> u64 {
        endings::use_memory(pages)
    }
}
