//! Enclaves as natively compiled code, on the simulated machine and the interpreter.

#![allow(dead_code, clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

pub mod audit;
pub mod group;
pub mod network;
pub mod script;
pub mod task;

pub use ciborium::Value;
use enigma_core::{
    crypto::secret::Secret,
    ecall::{EcallError, Enclave},
    hardware::{Hardware, HardwareError, Identity, SealPolicy},
    task::{engine::Engine, task_host::TaskHost},
};
use enigma_metering::{Entry, RunOutcome};
use enigma_platform::{Platform, identity};

pub const CHAIN_ID: u64 = 31337;
pub const ENIGMA: [u8; 20] = [0xe1; 20];
/// Within the validity of the simulated collateral.
pub const NOW: u64 = 1_800_000_000;

/// A machine that many enclaves in turn may run on.
pub struct Machine {
    platform: Platform,
    identity: Identity,
}

impl Machine {
    pub fn new(seed: u8) -> Self {
        let debug = cfg!(feature = "debug");
        let identity = Identity {
            mr_enclave: [0xaa; 32],
            mr_signer: [0xbb; 32],
            isv_prod_id: 1,
            isv_svn: 1,
            debug,
        };
        Self {
            platform: Platform::create(Some([seed; 32]), [0; 32]).unwrap(),
            identity,
        }
    }

    pub fn with_identity(mut self, change: impl FnOnce(&mut Identity)) -> Self {
        change(&mut self.identity);
        self
    }

    /// The machine as it is now, to go back to.
    pub fn copy(&self) -> Self {
        Self {
            platform: Platform::open(&self.platform.nvram().unwrap()).unwrap(),
            identity: self.identity,
        }
    }

    fn platform_identity(&self) -> identity::Identity {
        let Identity {
            mr_enclave,
            mr_signer,
            isv_prod_id,
            isv_svn,
            debug,
        } = self.identity;
        identity::Identity {
            mr_enclave,
            mr_signer,
            isv_prod_id,
            isv_svn,
            debug,
        }
    }
}

fn failed<E>(_: E) -> HardwareError {
    HardwareError {
        code: "platform-internal".into(),
    }
}

impl Hardware for &mut Machine {
    fn identity(&self) -> Identity {
        self.identity
    }

    fn quote(&mut self, report_data: &[u8; 64]) -> Result<Vec<u8>, HardwareError> {
        self.platform
            .quote(&self.platform_identity(), report_data)
            .map_err(failed)
    }

    fn collateral(&mut self) -> Result<Vec<u8>, HardwareError> {
        self.platform.collateral().map_err(failed)?.to_cbor().map_err(failed)
    }

    fn seal_key(&mut self, policy: SealPolicy, svn: u16, key_id: &[u8; 32]) -> Result<Secret, HardwareError> {
        let policy = match policy {
            SealPolicy::MrEnclave => identity::SealPolicy::MrEnclave,
            SealPolicy::MrSigner => identity::SealPolicy::MrSigner,
        };
        let mut key = self
            .platform
            .seal_key(&self.platform_identity(), policy, svn, key_id)
            .map_err(failed)?;
        Ok(Secret::take(&mut key))
    }

    fn counter_read(&mut self) -> Result<u64, HardwareError> {
        Ok(self.platform.counter_read(&self.platform_identity().counter_id()))
    }

    fn counter_increment(&mut self) -> Result<u64, HardwareError> {
        let id = self.platform_identity().counter_id();
        self.platform.counter_increment(&id).map_err(failed)
    }

    fn random(&mut self) -> Result<Secret, HardwareError> {
        Ok(Secret::take_vec(self.platform.random(32).map_err(failed)?).unwrap())
    }
}

/// The interpreter.
#[derive(Default)]
pub struct Wasmi(enigma_wasmi_runner::Modules);

impl Engine for Wasmi {
    fn compile(&mut self, instrumented: &[u8], rules: u32) -> Result<u32, String> {
        self.0.compile(instrumented, rules)
    }

    fn release(&mut self, _module: u32) {}

    fn run(
        &mut self,
        module: u32,
        entry: Entry,
        input: &[u8],
        gas_limit: u64,
        mut host: TaskHost,
    ) -> (RunOutcome, Option<TaskHost>) {
        let outcome = self.0.run(module, entry, input, gas_limit, &mut host);
        (outcome, Some(host))
    }
}

/// A module that metering takes; the scripted engine does not run it.
pub const MODULE: &str = r#"(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0))
  (func (export "deploy") (param i32 i32) (result i32) (i32.const 0))
  (func (export "call") (param i32 i32) (result i32) (i32.const 0)))"#;

pub type Native<'a> = Enclave<&'a mut Machine, Wasmi>;

/// An enclave without keys yet.
pub fn enclave(machine: &mut Machine) -> Native<'_> {
    Enclave::new(machine, Wasmi::default())
}

/// A map for an ecall.
pub fn map(fields: &[(&str, Value)]) -> Value {
    Value::Map(
        fields
            .iter()
            .map(|(name, value)| (Value::Text((*name).into()), value.clone()))
            .collect(),
    )
}

pub fn bytes(value: impl AsRef<[u8]>) -> Value {
    Value::Bytes(value.as_ref().to_vec())
}

pub fn call(enclave: &mut Native<'_>, name: &str, body: &Value) -> Result<Value, EcallError> {
    let mut encoded = Vec::new();
    ciborium::into_writer(body, &mut encoded).unwrap();
    enclave
        .ecall(name, &encoded)
        .map(|answer| ciborium::from_reader(answer.as_slice()).unwrap())
}

/// The refusal's code.
pub fn code(result: Result<Value, EcallError>) -> String {
    result.err().unwrap().code
}

pub fn field(value: &Value, name: &str) -> Value {
    let fields = value.as_map().unwrap();
    fields
        .iter()
        .find(|(key, _)| key.as_text() == Some(name))
        .unwrap_or_else(|| panic!("no {name}"))
        .1
        .clone()
}

pub fn byte_field(value: &Value, name: &str) -> Vec<u8> {
    field(value, name).into_bytes().unwrap()
}

pub fn initialization(role: u8, sealed: Option<&[u8]>) -> Value {
    map(&[
        ("role", role.into()),
        ("chainId", CHAIN_ID.into()),
        ("enigma", bytes(ENIGMA)),
        ("sealed", sealed.map_or(Value::Null, bytes)),
        ("principalSigner", Value::Null),
    ])
}

/// Makes keys on a fresh machine and returns their sealed form.
pub fn first_start(machine: &mut Machine, role: u8) -> Vec<u8> {
    let mut enclave = enclave(machine);
    let answer = call(&mut enclave, "initialize", &initialization(role, None)).unwrap();
    call(&mut enclave, "confirmSeal", &map(&[])).unwrap();
    byte_field(&answer, "sealed")
}

/// Starts on sealed keys; the signer, or the code of the refusal.
pub fn restart(machine: &mut Machine, role: u8, sealed: &[u8]) -> Result<Vec<u8>, String> {
    let answer = call(&mut enclave(machine), "initialize", &initialization(role, Some(sealed)));
    answer
        .map(|answer| byte_field(&answer, "signer"))
        .map_err(|error| error.code)
}
