//! What executes the contracts of a bed: native code, or their compiled modules.

use super::bed::Testable;
use super::env::Env;
use super::outcome::Outcome;
#[cfg(feature = "wasm-tests")]
use super::wasm::{Kind, Wasm};

/// The variable that chooses the runner.
const VARIABLE: &str = "ENIGMA_TEST_RUNNER";

/// How a call ended, and the gas that it used where gas is counted.
type Ended = (Outcome, Option<u64>);

/// Executes contracts.
#[derive(Debug)]
pub(super) enum Runner {
    /// The contracts as this test was compiled with them.
    Native,
    /// Their modules.
    #[cfg(feature = "wasm-tests")]
    Wasm(Wasm),
}

impl Runner {
    /// The runner that the environment asks for.
    ///
    /// # Panics
    /// Where there is none of this name, or it was not compiled.
    pub(super) fn of_environment() -> Self {
        match std::env::var(VARIABLE).as_deref() {
            Err(_) | Ok("" | "native") => Self::Native,
            #[cfg(feature = "wasm-tests")]
            Ok("wasm") => Self::Wasm(Wasm::default()),
            #[cfg(not(feature = "wasm-tests"))]
            Ok("wasm") => panic!("{VARIABLE}=wasm needs `cargo test --features enigma-contract/wasm-tests`"),
            Ok(other) => panic!("{VARIABLE} is `native` or `wasm`, not `{other}`"),
        }
    }

    /// Runs the constructor of the contract that the environment calls.
    pub(super) fn deploy<C: Testable>(&self, env: &Env, arguments: &[u8]) -> Ended {
        match self {
            Self::Native => (env.deploy_encoded::<C>(arguments), None),
            #[cfg(feature = "wasm-tests")]
            Self::Wasm(wasm) => wasm.deploy::<C>(env, arguments),
        }
    }

    /// Calls the contract; `native` does it natively.
    #[cfg_attr(not(feature = "wasm-tests"), allow(unused_variables))]
    pub(super) fn run(
        &self,
        env: &Env,
        is_view: bool,
        gas: u64,
        calldata: &[u8],
        native: impl FnOnce(&Env) -> Outcome,
    ) -> Ended {
        match self {
            Self::Native => (native(env), None),
            #[cfg(feature = "wasm-tests")]
            Self::Wasm(wasm) => wasm.run(env, if is_view { Kind::View } else { Kind::Call }, calldata, gas),
        }
    }
}
