//! Calls of other secret contracts: sender, results, errors, what is undone, and what is refused.

use enigma_contract::prelude::*;
use enigma_contract::testing::{Effect, Env, Outcome, address, calldata};

#[contract_error]
enum Error {
    Refused,
    TooMuch { most: u64, why: String },
}

#[contract_event]
struct Counted {
    number: u64,
}

#[contract_storage]
struct Node {
    count: Item<u64>,
}

/// The node's own interface, as others see it.
#[secret_interface]
pub trait Counter {
    fn count(step: u64) -> u64;
    fn who() -> (Address, Address);
    fn walk(path: Vec<Address>) -> u64;
    fn fail(how: u8);
    /// Not what the function returns.
    #[allow(clippy::wrong_self_convention)]
    fn gas() -> String;
    fn missing();
}

#[secret_contract(events(Counted))]
impl Node {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn count(&mut self, ctx: &mut Context, step: u64) -> u64 {
        self.count.update(|count| count + step);
        let number = self.count.get_or_default();
        ctx.emit(Counted { number });
        number
    }

    #[view]
    pub fn total(&self) -> u64 {
        self.count.get_or_default()
    }

    #[view]
    pub fn who(&self, ctx: &Context) -> (Address, Address) {
        (ctx.sender(), ctx.self_address())
    }

    #[view]
    pub fn gas(&self, ctx: &Context) -> u64 {
        ctx.gas_left()
    }

    /// How many contracts of the path were reached.
    pub fn walk(&mut self, ctx: &mut Context, path: Vec<Address>) -> Result<u64, CallError> {
        let Some((next, rest)) = path.split_first() else {
            return Ok(0);
        };
        Ok(1 + Counter::at(*next).walk(rest.to_vec()).call(ctx)?)
    }

    pub fn fail(&mut self, ctx: &mut Context, how: u8) -> Result<(), Error> {
        self.count(ctx, 100);
        match how {
            0 => bail!(Error::Refused),
            1 => bail!(Error::TooMuch {
                most: 3,
                why: "because".into()
            }),
            _ => panic!("failed {how}"),
        }
    }

    /// Counts here, calls a function that fails, and counts the failure as success.
    pub fn survive(&mut self, ctx: &mut Context, other: Address) -> u64 {
        self.count(ctx, 1);
        let failed = Counter::at(other).fail(0).call(ctx);
        assert_eq!(failed.unwrap_err().decode(), Some(Error::Refused));
        self.count(ctx, 1)
    }

    /// Counts there, and fails itself.
    pub fn fail_after(&mut self, ctx: &mut Context, other: Address) -> Result<(), Error> {
        let _ = Counter::at(other).count(5).call(ctx);
        Err(Error::Refused)
    }
}

const OTHERS: [u64; 5] = [11, 12, 13, 14, 15];

/// A contract under test, and five others.
fn network() -> Env {
    let env = Env::new();
    env.deploy::<Node>(&());
    for number in OTHERS {
        env.deploy_at::<Node>(address(number), &());
    }
    env
}

fn total(env: &Env, contract: Address) -> u64 {
    env.call_at::<Node>(contract, address(1), &calldata("total()", &()))
        .result()
}

fn failure(how: u8) -> CallError {
    let env = network();
    Counter::at(address(11)).fail(how).call(&mut env.context()).unwrap_err()
}

#[test]
fn the_called_contract_sees_its_caller_as_sender() {
    let env = network();
    let seen = Counter::at(address(11)).who().call(&mut env.context_of(address(1)));
    assert_eq!(seen, Ok((env.self_address(), address(11))));
    assert_eq!(env.context().sender(), address(1));
    assert_eq!(env.context().self_address(), env.self_address());
}

#[test]
fn a_call_returns_a_typed_result_and_what_it_changed_and_emitted_stands() {
    let env = network();
    let counter = Counter::at(address(11));
    assert_eq!(counter.count(3).call(&mut env.context()), Ok(3));
    assert_eq!(counter.count(4).call(&mut env.context()), Ok(7));
    assert_eq!(total(&env, address(11)), 7);
    assert!(env.store().is_empty(), "the caller's own store is another");
    let events = [3, 7].map(|number| Effect::event(address(11), &Counted { number }));
    assert_eq!(env.take_effects(), events);
}

#[test]
fn a_failed_call_is_undone_alone() {
    let env = network();
    let outcome = env.call::<Node>(address(1), &calldata("survive(address)", &address(11)));
    assert_eq!(outcome.result::<u64>(), 2);
    assert_eq!((total(&env, env.self_address()), total(&env, address(11))), (2, 0));
    let own = [1, 2].map(|number| Effect::event(env.self_address(), &Counted { number }));
    assert_eq!(env.take_effects(), own);
}

#[test]
fn a_failed_task_undoes_what_it_changed_in_other_contracts() {
    let env = network();
    let outcome = env.call::<Node>(address(1), &calldata("failAfter(address)", &address(11)));
    assert!(outcome.is_error(&Error::Refused));
    assert_eq!(total(&env, address(11)), 0);
    assert_eq!(env.take_effects(), []);
}

#[test]
fn an_error_tells_how_the_call_ended() {
    assert_eq!(failure(0).decode(), Some(Error::Refused));
    assert_eq!(
        failure(1).decode(),
        Some(Error::TooMuch {
            most: 3,
            why: "because".into()
        })
    );
    assert_eq!(failure(1).decode::<String>(), None, "another error is none of these");
    assert_eq!(failure(2), CallError::Panicked("failed 2".into()));
    assert_eq!(failure(2).decode::<Error>(), None);
}

#[test]
fn a_text_as_revert_reason_is_decoded_as_a_text() {
    use enigma_contract::ContractError;
    let error = CallError::Reverted(String::from("why").revert_data().into());
    assert_eq!(error.decode(), Some(String::from("why")));
}

#[test]
fn a_function_that_is_missing_reverts_with_unknown_function() {
    let env = network();
    let error = Counter::at(address(11)).missing().call(&mut env.context()).unwrap_err();
    let selector: [u8; 4] = calldata("missing()", &())[..4].try_into().unwrap();
    let unknown = calldata("UnknownFunction(bytes4)", &FixedBytes(selector));
    assert_eq!(error, CallError::Reverted(unknown.into()));
}

#[test]
fn a_result_of_another_type_is_told_with_its_bytes() {
    let env = network();
    env.set_gas_left(6_400);
    let error = Counter::at(address(11)).gas().call(&mut env.context()).unwrap_err();
    let gas = enigma_contract::abi::encode(&6_300u64);
    assert_eq!(
        error,
        CallError::UnexpectedResult(gas.into()),
        "one 64th stays with the caller"
    );
    let limited = SecretCall::<u64>::new(address(11), calldata("gas()", &())).gas(50);
    assert_eq!(limited.call(&mut env.context()), Ok(50));
}

#[test]
fn at_most_four_contracts_are_being_called_at_a_time() {
    let env = network();
    let walk = |path: &[u64]| {
        let path: Vec<Address> = path.iter().copied().map(address).collect();
        Counter::at(path[0]).walk(path[1..].to_vec()).call(&mut env.context())
    };
    assert_eq!(walk(&[11, 12, 13]), Ok(2));
    let too_deep = walk(&[11, 12, 13, 14]).unwrap_err();
    // The refusal comes to the third contract, which reverts with it, and so on up to the task's own.
    let inner = |error: &CallError| {
        error
            .decode::<CallError>()
            .expect("the callee returned the error of its own call")
    };
    assert_eq!(inner(&inner(&inner(&too_deep))), CallError::Refused(Refusal::Depth));
}

#[test]
fn a_contract_that_is_being_called_is_not_called_again() {
    let env = network();
    let own = env.self_address();
    let mut ctx = env.context();
    assert_eq!(
        Counter::at(own).count(1).call(&mut ctx),
        Err(CallError::Refused(Refusal::Reentry))
    );
    let back = Counter::at(address(11)).walk(vec![own]).call(&mut ctx).unwrap_err();
    assert_eq!(back.decode(), Some(CallError::Refused(Refusal::Reentry)));
    let twice = [1, 2].map(|_| Counter::at(address(11)).count(1).call(&mut ctx));
    assert_eq!(twice, [Ok(1), Ok(2)], "one after the other is no re-entry");
}

#[test]
fn only_declared_contracts_are_called() {
    let env = network();
    env.set_touches(&[address(11)]);
    let mut ctx = env.context();
    assert_eq!(Counter::at(address(11)).count(1).call(&mut ctx), Ok(1));
    let undeclared = Err(CallError::Refused(Refusal::Undeclared));
    assert_eq!(Counter::at(address(12)).count(1).call(&mut ctx), undeclared);
    assert_eq!(Counter::at(address(99)).count(1).call(&mut ctx), undeclared);
}

#[test]
fn a_view_calls_no_other_contract() {
    #[contract_storage]
    struct Peek {}
    #[secret_contract]
    impl Peek {
        pub fn new() -> Self {
            Self::default()
        }
        #[view]
        pub fn peek(&self, other: Address) -> bool {
            let refused = Counter::at(other).count(1).call(&mut Context::current());
            refused == Err(CallError::Refused(Refusal::View))
        }
    }
    let env = network();
    assert!(
        env.view::<Peek>(address(1), &calldata("peek(address)", &address(11)))
            .result::<bool>()
    );
    assert!(
        !env.call::<Peek>(address(1), &calldata("peek(address)", &address(11)))
            .result::<bool>()
    );
}

#[test]
fn each_contract_draws_from_a_stream_of_its_own_that_goes_on() {
    #[contract_storage]
    struct Dice {}
    #[secret_contract]
    impl Dice {
        pub fn new() -> Self {
            Self::default()
        }
        pub fn roll(&mut self, ctx: &mut Context) -> u64 {
            ctx.random()
        }
    }
    let env = Env::new();
    env.deploy_at::<Dice>(address(1), &());
    env.deploy_at::<Dice>(address(2), &());
    let rolls = || {
        let mut ctx = env.context();
        let own: u64 = ctx.random();
        let roll = |ctx: &mut Context, dice| SecretCall::<u64>::new(dice, calldata("roll()", &())).call(ctx).unwrap();
        [
            own,
            roll(&mut ctx, address(1)),
            roll(&mut ctx, address(2)),
            roll(&mut ctx, address(1)),
            ctx.random(),
        ]
    };
    let first = rolls();
    let different: std::collections::BTreeSet<u64> = first.into_iter().collect();
    assert_eq!(different.len(), first.len());
    env.set_seed(B256::ZERO);
    assert_eq!(rolls(), first);
}

#[test]
fn a_trap_in_a_called_contract_is_told_to_the_caller() {
    #[contract_storage]
    struct Bad {
        text: Map<String, bool>,
    }
    #[secret_contract]
    impl Bad {
        pub fn new() -> Self {
            Self::default()
        }
        pub fn trap(&mut self) {
            self.text.set("x".repeat(2_000), true);
        }
    }
    let env = Env::new();
    env.deploy_at::<Bad>(address(1), &());
    let call = SecretCall::<()>::new(address(1), calldata("trap()", &()));
    assert_eq!(call.call(&mut env.context()), Err(CallError::Trapped(7)));
    let outcome = env.call_at::<Bad>(address(1), address(2), &calldata("trap()", &()));
    assert_eq!(outcome, Outcome::Trapped(7));
}

#[test]
fn an_error_of_a_call_survives_its_way_through_revert_data() {
    use enigma_contract::ContractError;
    let errors = [
        CallError::Reverted(Bytes::from_static(&[1, 2])),
        CallError::Panicked("message".into()),
        CallError::OutOfGas,
        CallError::OutOfMemory,
        CallError::StackOverflow,
        CallError::Trapped(3),
        CallError::ModuleRefused("import-foreign".into()),
        CallError::Refused(Refusal::Undeclared),
        CallError::Refused(Refusal::Reentry),
        CallError::Refused(Refusal::Depth),
        CallError::Refused(Refusal::View),
        CallError::Refused(Refusal::Other("later".into())),
        CallError::UnexpectedResult(Bytes::from_static(&[9])),
    ];
    for error in errors {
        assert_eq!(CallError::from_revert_data(&error.revert_data()), Some(error));
    }
}
