//! What `#[secret_contract]` makes of an `impl` block: the ABI, the dispatcher, the context.

use enigma_contract::SecretContract;
use enigma_contract::abi::encode;
use enigma_contract::prelude::*;
use enigma_contract::primitives::hex;
use enigma_contract::testing::{Env, Outcome, address, calldata};
use serde_json::{Value, json};

type Amount = u64;
type Outcomes<T> = Result<T, Error>;

#[contract_storage]
struct Vault {
    owner: Item<Address>,
    balances: Map<Address, Amount>,
}

#[contract_error]
enum Error {
    /// Only the owner, "and" nobody else:
    /// a \ backslash.
    NotOwner {
        the_caller: Address,
    },
    TooMuch(u64, String),
    Closed,
}

#[contract_error]
enum Misuse {
    Closed,
}

/// A struct of the interface.
#[derive(AbiType, Debug, PartialEq)]
struct Entry {
    holder: Address,
    amount_held: Amount,
}

#[secret_contract]
impl Vault {
    /// Makes an account the owner.
    pub fn new(ctx: &mut Context, owner: Address) -> Result<Self, Misuse> {
        require!(!owner.is_zero(), Misuse::Closed);
        ctx.debug_log("opened");
        let mut vault = Self::default();
        vault.owner.set(owner);
        Ok(vault)
    }

    /// Adds to a balance.
    pub fn credit_all(&mut self, ctx: &Context, entries: Vec<Entry>) -> Outcomes<Amount> {
        require!(
            self.is_owner(ctx),
            Error::NotOwner {
                the_caller: ctx.sender()
            }
        );
        for Entry { holder, amount_held } in entries {
            self.balances.update(holder, |balance| balance + amount_held);
            require!(amount_held <= 100, Error::TooMuch(amount_held, "limit".into()));
        }
        Ok(self.balances.values().sum())
    }

    #[view]
    pub fn balances(&self, first: Address, _second: Address) -> (Amount, Amount) {
        (
            self.balances.get_or_default(&first),
            self.balances.get_or_default(&_second),
        )
    }

    #[view]
    pub fn entries(&self) -> [Vec<Entry>; 1] {
        [self
            .balances
            .iter()
            .map(|(holder, amount_held)| Entry { holder, amount_held })
            .collect()]
    }

    pub fn close(&mut self) -> Result<(), Error> {
        bail!(Error::Closed)
    }

    pub fn explain(&mut self, text: String) -> Result<(), String> {
        Err(text)
    }

    pub fn pay(&mut self, amount: Amount) -> Amount {
        self.owner.remove();
        amount - 1
    }

    pub fn r#type(&self) {}

    fn is_owner(&self, ctx: &Context) -> bool {
        self.owner.get() == Some(ctx.sender())
    }
}

fn deployed() -> Env {
    let env = Env::new();
    assert_eq!(env.deploy::<Vault>(&address(1)), Outcome::Returned(vec![]));
    env
}

fn entries(amount: u64) -> Vec<Entry> {
    vec![
        Entry {
            holder: address(5),
            amount_held: 7,
        },
        Entry {
            holder: address(6),
            amount_held: amount,
        },
    ]
}

const CREDIT: &str = "creditAll((address,uint64)[])";

#[test]
fn the_abi_tells_every_constructor_function_and_error_once() {
    let abi: Value = serde_json::from_str(Vault::ABI).unwrap();
    let names: Vec<_> = abi
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["type"].as_str().unwrap(), entry["name"].as_str()))
        .collect();
    assert_eq!(
        names,
        [
            ("constructor", None),
            ("function", Some("creditAll")),
            ("function", Some("balances")),
            ("function", Some("entries")),
            ("function", Some("close")),
            ("function", Some("explain")),
            ("function", Some("pay")),
            ("function", Some("type")),
            ("error", Some("Closed")),
            ("error", Some("NotOwner")),
            ("error", Some("TooMuch")),
            ("error", Some("UnknownFunction")),
            ("error", Some("BadArguments")),
        ]
    );
}

#[test]
fn the_abi_has_the_form_that_solidity_tools_read() {
    let abi: Value = serde_json::from_str(Vault::ABI).unwrap();
    let components = json!([{"name": "holder", "type": "address"}, {"name": "amountHeld", "type": "uint64"}]);
    let owner = json!([{"name": "owner", "type": "address"}]);
    assert_eq!(
        abi[0],
        json!({"type": "constructor", "inputs": owner, "stateMutability": "nonpayable", "doc": "Makes an account the owner."})
    );
    let inputs =
        json!([{"name": "entries", "type": "tuple[]", "internalType": "struct Entry[]", "components": components}]);
    let outputs = json!([{"name": "", "type": "uint64"}]);
    assert_eq!(
        abi[1],
        json!({"type": "function", "name": "creditAll", "inputs": inputs, "outputs": outputs, "stateMutability": "nonpayable", "doc": "Adds to a balance."})
    );
    assert_eq!(
        abi[2]["inputs"],
        json!([{"name": "first", "type": "address"}, {"name": "second", "type": "address"}])
    );
    assert_eq!(
        abi[2]["outputs"],
        json!([{"name": "", "type": "uint64"}, {"name": "", "type": "uint64"}])
    );
    assert_eq!(
        (&abi[2]["stateMutability"], &abi[2]["doc"]),
        (&json!("view"), &Value::Null)
    );
    assert_eq!(
        (&abi[3]["outputs"][0]["type"], &abi[3]["outputs"][0]["internalType"]),
        (&json!("tuple[][1]"), &json!("struct Entry[][1]"))
    );
    assert_eq!(abi[9]["inputs"], json!([{"name": "theCaller", "type": "address"}]));
    assert_eq!(
        abi[9]["doc"],
        json!("Only the owner, \"and\" nobody else:\na \\ backslash.")
    );
    assert_eq!(
        abi[10]["inputs"],
        json!([{"name": "", "type": "uint64"}, {"name": "", "type": "string"}])
    );
}

#[test]
fn a_call_runs_the_function_of_its_selector() {
    let env = deployed();
    let outcome = env.call::<Vault>(address(1), &calldata(CREDIT, &entries(8)));
    assert_eq!(outcome.result::<u64>(), 15);
    let outcome = env.call::<Vault>(
        address(9),
        &calldata("balances(address,address)", &(address(5), address(6))),
    );
    assert_eq!(outcome.result::<(u64, u64)>(), (7, 8));
    assert_eq!(
        env.call::<Vault>(address(9), &calldata("type()", &())),
        Outcome::Returned(vec![])
    );
}

#[test]
fn an_error_becomes_a_solidity_custom_error_and_undoes_the_writes() {
    let env = deployed();
    let before = env.store();
    let outcome = env.call::<Vault>(address(1), &calldata(CREDIT, &entries(101)));
    assert_eq!(
        outcome,
        Outcome::Reverted(calldata("TooMuch(uint64,string)", &(101u64, "limit".to_string())))
    );
    assert!(outcome.is_error(&Error::TooMuch(101, "limit".into())));
    assert_eq!(env.store(), before);
    let outcome = env.call::<Vault>(address(2), &calldata(CREDIT, &entries(1)));
    assert_eq!(outcome, Outcome::Reverted(calldata("NotOwner(address)", &address(2))));
    let outcome = env.call::<Vault>(address(2), &calldata("close()", &()));
    assert_eq!(outcome, Outcome::Reverted(calldata("Closed()", &())));
}

#[test]
fn a_text_as_error_is_solidity_s_own_error() {
    let outcome = deployed().call::<Vault>(address(1), &calldata("explain(string)", &"why".to_string()));
    let Outcome::Reverted(data) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(data[..4], hex!("08c379a0"));
    assert_eq!(data[4..], encode(&"why".to_string()));
}

#[test]
fn a_panic_tells_its_message_and_undoes_the_writes() {
    let env = deployed();
    let before = env.store();
    let outcome = env.call::<Vault>(address(1), &calldata("pay(uint64)", &0u64));
    assert_eq!(outcome, Outcome::Panicked("attempt to subtract with overflow".into()));
    assert_eq!(env.store(), before);
}

#[test]
fn an_unknown_selector_is_told_back() {
    let env = deployed();
    let unknown = |selector: [u8; 4]| Outcome::Reverted(calldata("UnknownFunction(bytes4)", &FixedBytes(selector)));
    assert_eq!(
        env.call::<Vault>(address(1), &hex!("12345678")),
        unknown(hex!("12345678"))
    );
    assert_eq!(env.call::<Vault>(address(1), &hex!("1234")), unknown(hex!("12340000")));
    assert_eq!(env.call::<Vault>(address(1), &[]), unknown([0; 4]));
    assert_eq!(
        env.call::<Vault>(address(1), &calldata("isOwner()", &())),
        unknown(calldata("isOwner()", &())[..4].try_into().unwrap())
    );
}

#[test]
fn arguments_that_do_not_decode_are_refused_with_the_selector() {
    let env = deployed();
    let bad = |selector: [u8; 4]| Outcome::Reverted(calldata("BadArguments(bytes4)", &FixedBytes(selector)));
    let good = calldata("pay(uint64)", &5u64);
    let selector = good[..4].try_into().unwrap();
    assert_eq!(env.call::<Vault>(address(1), &good[..35]), bad(selector));
    assert_eq!(
        env.call::<Vault>(address(1), &[good.as_slice(), &[0]].concat()),
        bad(selector)
    );
    assert_eq!(
        env.call::<Vault>(address(1), &calldata("pay(uint64)", &u128::MAX)),
        bad(selector)
    );
    assert_eq!(env.deploy::<Vault>(&()), bad([0; 4]));
    assert_eq!(env.deploy::<Vault>(&(address(1), 1u8)), bad([0; 4]));
}

#[test]
fn the_constructor_may_refuse() {
    let env = Env::new();
    assert!(env.deploy::<Vault>(&Address::ZERO).is_error(&Misuse::Closed));
    assert!(env.store().is_empty() && env.take_logs().is_empty());
    env.deploy::<Vault>(&address(1));
    assert_eq!(env.take_logs(), ["opened"]);
}

#[test]
fn methods_can_be_called_as_plain_rust() {
    let env = Env::new();
    let mut vault = Vault::new(&mut env.context(), address(1)).unwrap();
    let denied = vault.credit_all(&env.context_of(address(3)), entries(1));
    assert_eq!(denied, Err(Error::NotOwner { the_caller: address(3) }));
    assert_eq!(vault.credit_all(&env.context_of(address(1)), entries(1)), Ok(8));
    assert_eq!(
        vault.entries(),
        [entries(1)].map(|mut entries| {
            entries.sort_by_key(|entry| entry.holder);
            entries
        })
    );
}

#[test]
fn the_context_shows_the_task() {
    let env = Env::new();
    env.set_self_address(address(70));
    env.set_task_id(B256::repeat_byte(9));
    env.set_epoch(4);
    env.set_block(100, 1_800_000_000);
    env.set_gas_left(55);
    let ctx = env.context_of(address(8));
    assert_eq!(
        (ctx.sender(), ctx.self_address(), ctx.task_id()),
        (address(8), address(70), B256::repeat_byte(9))
    );
    assert_eq!(
        (ctx.epoch(), ctx.block_number(), ctx.timestamp(), ctx.gas_left()),
        (4, 100, 1_800_000_000, 55)
    );
}

#[test]
fn random_values_repeat_with_the_seed_and_only_with_it() {
    let env = Env::new();
    let mut ctx = env.context();
    let first: (u64, [u8; 5], U256) = (ctx.random(), ctx.random(), ctx.random());
    let further: u64 = ctx.random();
    env.set_seed(B256::ZERO);
    assert_eq!((ctx.random(), ctx.random(), ctx.random()), first);
    assert_eq!(ctx.random::<u64>(), further);
    env.set_seed(B256::repeat_byte(1));
    assert_ne!(ctx.random::<u64>(), first.0);
}

#[test]
fn random_numbers_below_a_bound_reach_every_value_and_not_the_bound() {
    let env = Env::new();
    let mut ctx = env.context();
    let mut counts = [0; 6];
    for _ in 0..600 {
        counts[ctx.random_below(6) as usize] += 1;
    }
    assert!(counts.iter().all(|count| *count > 60), "{counts:?}");
    assert_eq!(ctx.random_below(1), 0);
    assert!(ctx.random_below(u64::MAX) < u64::MAX);
}
