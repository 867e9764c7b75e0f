//! The greeting, natively.

use enigma_contract::prelude::*;
use enigma_contract::testing::{Effect, Env, Outcome, address, calldata};
use herald::{Herald, Host};

#[test]
fn the_deployment_leaves_the_required_greeting_and_remembers_its_host() {
    let env = Env::new();
    let host = address(50);
    assert_eq!(env.deploy::<Herald>(&host), Outcome::Returned(vec![]));
    let greeting = Host::at(host).hello();
    assert_eq!(greeting.calldata(), calldata("hello()", &()));
    let greeting = Effect::required(env.self_address(), greeting);
    assert_eq!(env.take_effects(), [greeting]);
    let told = env.view::<Herald>(address(1), &calldata("host()", &()));
    assert_eq!(told.result::<Address>(), host);
}
