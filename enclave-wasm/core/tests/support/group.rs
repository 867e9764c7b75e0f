//! A group of deployed contracts that run scripts.

use enigma_core::{
    crypto::keccak::keccak256,
    format::{bytes::KeyOwner, task_record::TaskKind},
};

use super::{
    MODULE, Value, field,
    network::{self, Node},
    script::{Scripted, Step, encode, value},
    task::{Draft, Task, execute, output, settle},
};

pub const GROUP: [u8; 20] = [0xa0; 20];

/// The contracts of the group: the first one's address is the group's.
pub fn owner(number: u8) -> KeyOwner {
    KeyOwner {
        secret_contract: [0xa0 + number; 20],
        code_hash: keccak256(&wat::parse_str(MODULE).unwrap()),
        group: GROUP,
    }
}

pub fn address(number: u8) -> [u8; 20] {
    owner(number).secret_contract
}

pub struct Group {
    pub keys: Vec<[u8; 32]>,
}

impl Group {
    pub fn draft(&self, nonce: u8, contract: u8) -> Draft {
        Draft::call(nonce, owner(contract), self.keys[usize::from(contract)])
    }

    /// A call of contract 0 that may touch all others.
    pub fn call(&self, nonce: u8, script: &[Step]) -> Task {
        let others: Vec<KeyOwner> = (1..self.keys.len() as u8).map(owner).collect();
        self.draft(nonce, 0).touching(&others).with(&encode(script))
    }
}

/// A group of so many deployed contracts, committed.
pub fn with_group(count: u8, work: impl FnOnce(&mut Node<'_, Scripted>, &Group)) {
    let owners: Vec<KeyOwner> = (0..count).map(owner).collect();
    let module = wat::parse_str(MODULE).unwrap();
    network::with_worker(Scripted::default(), &module, &owners, |worker, keys| {
        let group = Group { keys: keys.to_vec() };
        for number in 0..count {
            let deployment = group.draft(200 + number, number).kind(TaskKind::Deploy).with(&[]);
            execute(worker, &deployment);
            settle(worker, &deployment, &GROUP, true);
        }
        work(worker, &group);
    });
}

pub fn run(worker: &mut Node<'_, Scripted>, group: &Group, nonce: u8, script: &[Step]) -> (Value, Vec<u8>) {
    let task = group.call(nonce, script);
    let result = execute(worker, &task);
    let output = output(worker, &task, &result);
    (result, output)
}

pub fn length(number: u16) -> Vec<u8> {
    (value(number).len() as u16).to_be_bytes().to_vec()
}

pub fn effect_kinds(result: &Value) -> Vec<u8> {
    let effects = field(result, "effects").into_array().unwrap();
    let kind = |effect: &Value| u8::try_from(field(effect, "kind").as_integer().unwrap()).unwrap();
    effects.iter().map(kind).collect()
}
