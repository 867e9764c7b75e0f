//! The host interface against memory.

use super::calls::CallEntry;
use super::cryptography as c;
use super::effect::{Effect, MAX_EFFECT_BYTES, MAX_EFFECTS};
use super::outcome::{end_out_of_gas, end_with_trap, trap};
use crate::ethereum_call::EthereumCall;
use crate::event::Recipient;
use crate::host::Host;
use crate::integer::U256;
use alloy_primitives::{Address, B256, Bytes, keccak256};
use chacha20::ChaCha20;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

/// Longest key of the store, in bytes.
const MAX_KEY: usize = 1_024;
/// Longest value of the store, in bytes.
const MAX_VALUE: usize = 65_536;
/// Most random bytes of one call.
const MAX_RANDOM: usize = 65_536;
/// Longest calldata of a call, and longest data of an event, in bytes.
const MAX_DATA: usize = 65_536;

/// The facts of the task that the mock shows.
#[derive(Debug, Clone)]
pub(crate) struct Task {
    pub(crate) sender: Address,
    pub(crate) self_address: Address,
    pub(crate) id: B256,
    pub(crate) epoch: u64,
    pub(crate) block_number: u64,
    pub(crate) timestamp: u64,
    /// What a task begins with.
    pub(crate) gas_limit: u64,
    /// The mock takes from it only what is burnt.
    pub(crate) gas_left: u64,
}

/// What a contract stored.
pub(crate) type Store = BTreeMap<Vec<u8>, Vec<u8>>;

/// What a failed task or call is undone to.
pub(super) struct Snapshot {
    stores: BTreeMap<Address, Store>,
    effects: usize,
}

/// The contracts of a host and what they stored.
#[derive(Debug, Clone)]
pub(super) struct MockSnapshot {
    stores: BTreeMap<Address, Store>,
    contracts: BTreeMap<Address, CallEntry>,
}

/// A host in memory; one for each [`Env`](super::Env).
pub(crate) struct MockHost {
    pub(crate) task: RefCell<Task>,
    /// The contracts that called the running one, the task's own first.
    pub(super) callers: RefCell<Vec<Address>>,
    /// The tasks of those callers, and what a call that fails is undone to.
    pub(super) open_calls: RefCell<Vec<(Task, Snapshot)>>,
    /// The contracts that can be called.
    pub(super) contracts: RefCell<BTreeMap<Address, CallEntry>>,
    /// The contracts that the task may call; none where it may call all.
    pub(super) touches: RefCell<Option<BTreeSet<Address>>>,
    pub(super) is_view: Cell<bool>,
    pub(super) stores: RefCell<BTreeMap<Address, Store>>,
    pub(super) effects: RefCell<Vec<Effect>>,
    /// How many of the effects are those of earlier tasks.
    pub(super) earlier_effects: Cell<usize>,
    pub(crate) logs: RefCell<Vec<String>>,
    pub(super) seed: Cell<B256>,
    /// The random streams of contracts that have drawn.
    pub(super) random: RefCell<BTreeMap<Address, ChaCha20>>,
}

impl MockHost {
    /// A host with nothing in it.
    pub(super) fn new(task: Task) -> Self {
        Self {
            task: task.into(),
            callers: Vec::new().into(),
            open_calls: Vec::new().into(),
            contracts: BTreeMap::new().into(),
            touches: None.into(),
            is_view: false.into(),
            stores: BTreeMap::new().into(),
            effects: Vec::new().into(),
            earlier_effects: 0.into(),
            logs: Vec::new().into(),
            seed: B256::ZERO.into(),
            random: BTreeMap::new().into(),
        }
    }

    /// Begins a task of this account: the limits of effects count from here.
    pub(super) fn begin_task(&self, sender: Address) {
        let mut task = self.task.borrow_mut();
        (task.sender, task.gas_left) = (sender, task.gas_limit);
        self.callers.borrow_mut().clear();
        self.open_calls.borrow_mut().clear();
        self.earlier_effects.set(self.effects.borrow().len());
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        Snapshot {
            stores: self.stores.borrow().clone(),
            effects: self.effects.borrow().len(),
        }
    }

    pub(super) fn restore(&self, Snapshot { stores, effects }: Snapshot) {
        self.stores.replace(stores);
        self.effects.borrow_mut().truncate(effects);
    }

    /// All that tasks have left.
    pub(super) fn whole_snapshot(&self) -> MockSnapshot {
        MockSnapshot {
            stores: self.stores.borrow().clone(),
            contracts: self.contracts.borrow().clone(),
        }
    }

    pub(super) fn revert(&self, to: &MockSnapshot) {
        self.stores.replace(to.stores.clone());
        self.contracts.replace(to.contracts.clone());
    }

    fn read<T>(&self, read: impl FnOnce(&Store) -> T) -> T {
        let empty = Store::new();
        read(self.stores.borrow().get(&self.self_address()).unwrap_or(&empty))
    }

    fn write(&self, write: impl FnOnce(&mut Store)) {
        self.refuse_in_view("writes");
        write(self.stores.borrow_mut().entry(self.self_address()).or_default());
    }

    fn refuse_in_view(&self, deed: &str) {
        if self.is_view.get() {
            end_with_trap(trap::VIEW_EFFECT, &format!("a view {deed}"));
        }
    }

    fn leave(&self, effect: Effect) {
        let mut effects = self.effects.borrow_mut();
        let of_task = effects.get(self.earlier_effects.get()..).unwrap_or_default();
        let bytes: usize = of_task.iter().map(Effect::size).sum();
        if of_task.len() == MAX_EFFECTS || bytes + effect.size() > MAX_EFFECT_BYTES {
            drop(effects);
            end_with_trap(
                trap::TOO_MANY_EFFECTS,
                "a task has at most 32 effects with 65,536 bytes in all",
            );
        }
        effects.push(effect);
    }

    /// The stream of the running contract; that of the task's own contract is the seed's.
    fn draw(&self, length: usize) -> Vec<u8> {
        let (seed, contract) = (self.seed.get(), self.self_address());
        let is_callee = !self.callers.borrow().is_empty();
        let key = if is_callee {
            keccak256([&seed[..], &contract[..]].concat())
        } else {
            seed
        };
        let mut streams = self.random.borrow_mut();
        c::draw(streams.entry(contract).or_insert_with(|| c::keystream(&key)), length)
    }
}

fn checked_key(key: &[u8]) -> &[u8] {
    check_size("a key", key.len(), MAX_KEY);
    key
}

fn check_size(what: &str, size: usize, most: usize) {
    if size > most {
        end_with_trap(
            trap::HOST_ARGUMENT,
            &format!("{what} of {size} bytes is longer than {most}"),
        );
    }
}

impl Host for MockHost {
    fn storage_get(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.read(|store| store.get(checked_key(key)).cloned())
    }

    fn storage_set(&self, key: &[u8], value: &[u8]) {
        check_size("a value", value.len(), MAX_VALUE);
        let key = checked_key(key).to_vec();
        self.write(|store| drop(store.insert(key, value.to_vec())));
    }

    fn storage_remove(&self, key: &[u8]) {
        let key = checked_key(key);
        self.write(|store| drop(store.remove(key)));
    }

    fn storage_next_key(&self, key: &[u8]) -> Option<Vec<u8>> {
        let range = (Bound::Excluded(checked_key(key)), Bound::Unbounded);
        self.read(|store| store.range::<[u8], _>(range).next().map(|(key, _)| key.clone()))
    }

    fn sender(&self) -> Address {
        self.task.borrow().sender
    }

    fn self_address(&self) -> Address {
        self.task.borrow().self_address
    }

    fn task_id(&self) -> B256 {
        self.task.borrow().id
    }

    fn epoch(&self) -> u64 {
        self.task.borrow().epoch
    }

    fn block_number(&self) -> u64 {
        self.task.borrow().block_number
    }

    fn block_timestamp(&self) -> u64 {
        self.task.borrow().timestamp
    }

    fn gas_left(&self) -> u64 {
        self.task.borrow().gas_left
    }

    fn burn_gas(&self, amount: u64) {
        let mut task = self.task.borrow_mut();
        let Some(left) = task.gas_left.checked_sub(amount) else {
            drop(task);
            end_out_of_gas();
        };
        task.gas_left = left;
    }

    fn random(&self, length: u32) -> Vec<u8> {
        check_size("a random value", length as usize, MAX_RANDOM);
        self.draw(length as usize)
    }

    fn keccak256(&self, data: &[u8]) -> B256 {
        keccak256(data)
    }

    fn sha256(&self, data: &[u8]) -> B256 {
        c::sha256(data)
    }

    fn secp256k1_recover(&self, hash: &B256, signature: &[u8]) -> Option<Address> {
        c::recover(hash, signature)
    }

    fn ed25519_verify(&self, public_key: &B256, message: &[u8], signature: &[u8]) -> bool {
        c::ed25519_verify(public_key, message, signature)
    }

    fn aead_seal(&self, key: &B256, associated_data: &[u8], plaintext: &[u8]) -> Vec<u8> {
        c::aead_seal(key, associated_data, plaintext)
    }

    fn aead_open(&self, key: &B256, associated_data: &[u8], ciphertext: &[u8]) -> Option<Vec<u8>> {
        c::aead_open(key, associated_data, ciphertext)
    }

    fn x25519_public_key(&self, secret_key: &B256) -> B256 {
        c::x25519_public_key(secret_key)
    }

    fn x25519_shared_secret(&self, secret_key: &B256, public_key: &B256) -> Option<B256> {
        c::x25519_shared_secret(secret_key, public_key)
    }

    fn call_contract(&self, contract: &Address, calldata: &[u8], gas: u64) -> Vec<u8> {
        check_size("calldata", calldata.len(), MAX_DATA);
        self.call(*contract, calldata, gas)
    }

    fn call_ethereum(&self, required: bool, target: &Address, value: &U256, calldata: &[u8]) {
        check_size("calldata", calldata.len(), MAX_DATA);
        self.refuse_in_view("calls Ethereum");
        let source = self.self_address();
        let call = EthereumCall::new(*target, Bytes::copy_from_slice(calldata)).value(*value);
        self.leave(if required {
            Effect::Required { source, call }
        } else {
            Effect::Attempted { source, call }
        });
    }

    fn emit_event(&self, topics: &[u8], data: &[u8]) {
        check_size("an event", data.len(), MAX_DATA);
        self.refuse_in_view("emits an event");
        self.leave(Effect::Event {
            source: self.self_address(),
            topics: topics.chunks(32).map(B256::from_slice).collect(),
            data: Bytes::copy_from_slice(data),
        });
    }

    fn emit_private_event(&self, recipient: &[u8], data: &[u8]) {
        check_size("an event", data.len(), MAX_DATA);
        self.refuse_in_view("emits an event");
        let recipient = match recipient {
            [] => Recipient::User,
            key => Recipient::Key(B256::from_slice(key)),
        };
        if let Recipient::Key(key) = recipient
            && c::x25519_shared_secret(&B256::repeat_byte(1), &key).is_none()
        {
            end_with_trap(trap::HOST_ARGUMENT, "the recipient's key is of low order");
        }
        self.leave(Effect::PrivateEvent {
            source: self.self_address(),
            recipient,
            data: Bytes::copy_from_slice(data),
        });
    }

    fn debug_log(&self, message: &[u8]) {
        let line = String::from_utf8_lossy(message).into_owned();
        // Test harnesses show it where the test fails.
        println!("{line}");
        self.logs.borrow_mut().push(line);
    }
}
