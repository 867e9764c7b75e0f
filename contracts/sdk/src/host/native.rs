//! The mock as host: each thread, and so each test, has its own.

use crate::testing::MockHost;
use std::cell::RefCell;
use std::rc::Rc;

thread_local! {
    static CURRENT: RefCell<Option<Rc<MockHost>>> = const { RefCell::new(None) };
}

/// The host of the contract that runs on this thread.
///
/// # Panics
/// Where the thread has none, which only a test can bring about.
pub(crate) fn host() -> Rc<MockHost> {
    CURRENT.with_borrow(Clone::clone).expect(
        "a contract runs natively only in a test: begin it with `let env = enigma_contract::testing::Env::new();`",
    )
}

/// Makes this the host of contracts on this thread.
pub(crate) fn install(host: Rc<MockHost>) {
    CURRENT.set(Some(host));
}
