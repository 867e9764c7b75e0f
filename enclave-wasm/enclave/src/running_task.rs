//! The host of the contract that is running now, reachable by the engine's calls back into the enclave.

use std::cell::RefCell;

use enigma_core::task::task_host::TaskHost;

thread_local! {
    static TASK: RefCell<Option<TaskHost>> = const { RefCell::new(None) };
}

/// A contract starts to run.
pub fn begin(host: TaskHost) {
    TASK.replace(Some(host));
}

/// It has ended; its host comes back.
pub fn end() -> Option<TaskHost> {
    TASK.take()
}

/// Lets `call` use the running contract's host; none when no contract is running.
pub fn with<T>(call: impl FnOnce(&mut TaskHost) -> T) -> Option<T> {
    TASK.with_borrow_mut(|task| task.as_mut().map(call))
}
