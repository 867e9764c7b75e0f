//! The processor, as the loader hands it in.

use enigma_core::{
    crypto::secret::Secret,
    format::bytes::Hash,
    hardware::{Hardware, HardwareError, Identity, SealPolicy},
};
use wasm_bindgen::{JsCast, prelude::*};

#[wasm_bindgen]
extern "C" {
    /// `EnclaveHardware` of `platform/hardware/hardware.ts`.
    pub type HardwareObject;

    #[wasm_bindgen(method, getter)]
    fn identity(this: &HardwareObject) -> IdentityObject;
    #[wasm_bindgen(method, catch)]
    fn quote(this: &HardwareObject, report_data: &[u8]) -> Result<Vec<u8>, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn collateral(this: &HardwareObject) -> Result<Vec<u8>, JsValue>;
    #[wasm_bindgen(method, catch, js_name = sealKey)]
    fn seal_key(this: &HardwareObject, policy: &str, svn: u16, key_id: &[u8]) -> Result<Vec<u8>, JsValue>;
    #[wasm_bindgen(method, catch, js_name = counterRead)]
    fn counter_read(this: &HardwareObject) -> Result<u64, JsValue>;
    #[wasm_bindgen(method, catch, js_name = counterIncrement)]
    fn counter_increment(this: &HardwareObject) -> Result<u64, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn random(this: &HardwareObject, length: u32) -> Result<Vec<u8>, JsValue>;

    type IdentityObject;
    #[wasm_bindgen(method, getter, js_name = mrEnclave)]
    fn mr_enclave(this: &IdentityObject) -> Vec<u8>;
    #[wasm_bindgen(method, getter, js_name = mrSigner)]
    fn mr_signer(this: &IdentityObject) -> Vec<u8>;
    #[wasm_bindgen(method, getter, js_name = isvProdId)]
    fn isv_prod_id(this: &IdentityObject) -> u16;
    #[wasm_bindgen(method, getter, js_name = isvSvn)]
    fn isv_svn(this: &IdentityObject) -> u16;
    #[wasm_bindgen(method, getter)]
    fn debug(this: &IdentityObject) -> bool;

    /// An error with a stable code.
    type CodedError;
    #[wasm_bindgen(method, getter)]
    fn code(this: &CodedError) -> JsValue;
}

/// The processor behind the trait that the core knows.
pub struct JsHardware {
    object: HardwareObject,
    identity: Identity,
}

impl JsHardware {
    pub fn new(object: HardwareObject) -> Self {
        let identity = object.identity();
        // A measurement of the wrong length is no measurement; zeros match no quote.
        let hash = |bytes: Vec<u8>| Hash::try_from(bytes).unwrap_or_default();
        let identity = Identity {
            mr_enclave: hash(identity.mr_enclave()),
            mr_signer: hash(identity.mr_signer()),
            isv_prod_id: identity.isv_prod_id(),
            isv_svn: identity.isv_svn(),
            debug: identity.debug(),
        };
        Self { object, identity }
    }
}

impl Hardware for JsHardware {
    fn identity(&self) -> Identity {
        self.identity
    }

    fn quote(&mut self, report_data: &[u8; 64]) -> Result<Vec<u8>, HardwareError> {
        self.object.quote(report_data).map_err(hardware_error)
    }

    fn collateral(&mut self) -> Result<Vec<u8>, HardwareError> {
        self.object.collateral().map_err(hardware_error)
    }

    fn seal_key(&mut self, policy: SealPolicy, svn: u16, key_id: &Hash) -> Result<Secret, HardwareError> {
        let policy = match policy {
            SealPolicy::MrEnclave => "mrenclave",
            SealPolicy::MrSigner => "mrsigner",
        };
        self.object
            .seal_key(policy, svn, key_id)
            .map_err(hardware_error)
            .and_then(secret)
    }

    fn counter_read(&mut self) -> Result<u64, HardwareError> {
        self.object.counter_read().map_err(hardware_error)
    }

    fn counter_increment(&mut self) -> Result<u64, HardwareError> {
        self.object.counter_increment().map_err(hardware_error)
    }

    fn random(&mut self) -> Result<Secret, HardwareError> {
        self.object.random(32).map_err(hardware_error).and_then(secret)
    }
}

fn secret(bytes: Vec<u8>) -> Result<Secret, HardwareError> {
    Secret::take_vec(bytes).ok_or_else(|| HardwareError {
        code: "platform-answer".into(),
    })
}

fn hardware_error(thrown: JsValue) -> HardwareError {
    let code = thrown
        .is_object()
        .then(|| thrown.unchecked_into::<CodedError>().code().as_string())
        .flatten();
    HardwareError {
        code: code.unwrap_or_else(|| "platform-answer".into()),
    }
}
