//! Calls of Ethereum contracts: how they are encoded, queued, and refused in views.

use enigma_contract::prelude::*;
use enigma_contract::primitives::hex;
use enigma_contract::testing::{Effect, Env, Outcome, address, calldata, trap};

/// A token.
#[ethereum_interface]
pub trait Erc20 {
    /// Moves tokens.
    fn transfer(to: Address, amount: U256);
    fn transfer_from(from: Address, to: Address, amount: U256);
    fn pause();
    fn note(texts: Vec<String>);
}

#[contract_storage]
struct Till {
    payments: Item<u64>,
}

#[contract_error]
enum Error {
    Refused,
}

#[secret_contract]
impl Till {
    pub fn new(ctx: &mut Context, token: Address) -> Self {
        ctx.attempt(Erc20::at(token).pause());
        Self::default()
    }

    pub fn pay(&mut self, ctx: &mut Context, token: Address, to: Address) {
        self.payments.update(|payments| payments + 1);
        ctx.require(Erc20::at(token).transfer(to, U256::from(7u8)));
        ctx.attempt(EthereumCall::new(to, []).value(U256::from(1_000u64)));
        ctx.require(EthereumCall::new(to, vec![1, 2, 3]));
    }

    pub fn pay_and_refuse(&mut self, ctx: &mut Context, token: Address) -> Result<(), Error> {
        ctx.require(Erc20::at(token).pause());
        Err(Error::Refused)
    }

    #[view]
    pub fn payments(&self) -> u64 {
        self.payments.get_or_default()
    }

    /// A view that gets around the compiler.
    #[view]
    pub fn cheat(&self, token: Address) {
        Context::current().attempt(Erc20::at(token).pause());
    }

    #[view]
    pub fn cheat_store(&self) {
        Self::default().payments.set(9);
    }
}

fn deployed() -> Env {
    let env = Env::new();
    env.deploy::<Till>(&address(50));
    env
}

#[test]
fn a_call_is_the_function_s_calldata() {
    let token = Erc20::at(address(50));
    let call = token.transfer(address(1), U256::from(2u8));
    assert_eq!(call.target(), address(50));
    assert_eq!(call.calldata()[..4], hex!("a9059cbb"));
    assert_eq!(
        call.calldata(),
        calldata("transfer(address,uint256)", &(address(1), 2u64))
    );
    let call = token.transfer_from(address(1), address(2), U256::ONE);
    assert_eq!(call.calldata()[..4], hex!("23b872dd"));
    let texts = vec!["a".to_string()];
    assert_eq!(token.note(texts.clone()).calldata(), calldata("note(string[])", &texts));
    assert_eq!(token.pause().calldata(), calldata("pause()", &()));
}

#[test]
fn calls_are_made_in_the_order_in_which_they_were_queued() {
    let env = deployed();
    let source = env.self_address();
    let pause = Erc20::at(address(50)).pause();
    assert_eq!(env.take_effects(), [Effect::attempted(source, pause)]);
    env.call::<Till>(
        address(1),
        &calldata("pay(address,address)", &(address(50), address(51))),
    );
    let expected = [
        Effect::required(source, Erc20::at(address(50)).transfer(address(51), U256::from(7u8))),
        Effect::attempted(source, EthereumCall::new(address(51), []).value(U256::from(1_000u64))),
        Effect::required(source, EthereumCall::new(address(51), vec![1, 2, 3])),
    ];
    assert_eq!(env.take_effects(), expected);
}

#[test]
fn a_failed_task_queues_nothing() {
    let env = deployed();
    env.take_effects();
    let outcome = env.call::<Till>(address(1), &calldata("payAndRefuse(address)", &address(50)));
    assert!(outcome.is_error(&Error::Refused));
    assert_eq!(env.take_effects(), []);
}

#[test]
fn a_view_answers_only_functions_that_are_views() {
    let env = deployed();
    let view = |data: &[u8]| env.view::<Till>(address(1), data);
    assert_eq!(view(&calldata("payments()", &())).result::<u64>(), 0);
    let pay = calldata("pay(address,address)", &(address(50), address(51)));
    let selector: [u8; 4] = pay[..4].try_into().unwrap();
    assert_eq!(
        view(&pay),
        Outcome::Reverted(calldata("UnknownFunction(bytes4)", &FixedBytes(selector)))
    );
    assert_eq!(
        env.call::<Till>(address(1), &calldata("payments()", &()))
            .result::<u64>(),
        0,
        "a task can call a view"
    );
}

#[test]
fn a_view_that_writes_or_calls_after_all_traps_and_changes_nothing() {
    let env = deployed();
    env.take_effects();
    let trapped = Outcome::Trapped(trap::VIEW_EFFECT);
    assert_eq!(
        env.view::<Till>(address(1), &calldata("cheat(address)", &address(50))),
        trapped
    );
    assert_eq!(env.view::<Till>(address(1), &calldata("cheatStore()", &())), trapped);
    assert_eq!((env.take_effects(), env.store().len()), (vec![], 0));
    let in_a_task = env.call::<Till>(address(1), &calldata("cheatStore()", &()));
    assert_eq!(
        in_a_task,
        Outcome::Returned(vec![]),
        "what traps is the view, not the function"
    );
}
