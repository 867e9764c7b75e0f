//! The platform for JavaScript. Errors are thrown as `Error` whose message is the error's code.

use enigma_attestation::{Collateral, Policy, SIMULATION_ROOT_DER};
use wasm_bindgen::prelude::*;

use crate::{
    error::PlatformError,
    identity::{Identity, SealPolicy},
    platform::Platform,
};

/// One simulated machine. `hardware.ts` is its only user.
#[wasm_bindgen(js_name = Platform)]
pub struct PlatformSurface(Platform);

#[wasm_bindgen(js_class = Platform)]
impl PlatformSurface {
    /// A new machine; `seed` is 32 bytes or absent, `os_entropy` 32 bytes of the operating system.
    pub fn create(seed: Option<Vec<u8>>, os_entropy: &[u8]) -> Result<PlatformSurface, JsError> {
        let seed = seed.map(|seed| fixed(&seed)).transpose()?;
        Ok(Self(Platform::create(seed, fixed(os_entropy)?)?))
    }

    /// The machine whose state these bytes are.
    pub fn open(nvram: &[u8]) -> Result<PlatformSurface, JsError> {
        Ok(Self(Platform::open(nvram)?))
    }

    /// The machine's state, to be stored before the result of a changing call is used.
    pub fn nvram(&self) -> Result<Vec<u8>, JsError> {
        Ok(self.0.nvram()?.to_vec())
    }

    /// Whether this machine was created with this seed of 32 bytes.
    #[wasm_bindgen(js_name = isMadeFrom)]
    pub fn is_made_from(&self, seed: &[u8]) -> Result<bool, JsError> {
        Ok(self.0.is_made_from(&fixed(seed)?)?)
    }

    /// Whether randomness follows from a seed.
    #[wasm_bindgen(getter, js_name = isSeeded)]
    pub fn is_seeded(&self) -> bool {
        self.0.is_seeded()
    }

    /// CBOR of the collateral.
    pub fn collateral(&self) -> Result<Vec<u8>, JsError> {
        Ok(self.0.collateral()?.to_cbor()?)
    }

    /// SGX DCAP quote, version 3.
    pub fn quote(&self, identity: &IdentitySurface, report_data: &[u8]) -> Result<Vec<u8>, JsError> {
        Ok(self.0.quote(&identity.0, &fixed(report_data)?)?)
    }

    /// Sealing key of 32 bytes, bound to the measurement or, with `by_signer`, to the author.
    #[wasm_bindgen(js_name = sealKey)]
    pub fn seal_key(
        &self,
        identity: &IdentitySurface,
        by_signer: bool,
        svn: u16,
        key_id: &[u8],
    ) -> Result<Vec<u8>, JsError> {
        let policy = if by_signer {
            SealPolicy::MrSigner
        } else {
            SealPolicy::MrEnclave
        };
        Ok(self.0.seal_key(&identity.0, policy, svn, &fixed(key_id)?)?.to_vec())
    }

    /// Value of the enclave's monotonic counter.
    #[wasm_bindgen(js_name = counterRead)]
    pub fn counter_read(&self, identity: &IdentitySurface) -> u64 {
        self.0.counter_read(&identity.0.counter_id())
    }

    /// Adds one to the enclave's monotonic counter and returns the new value.
    #[wasm_bindgen(js_name = counterIncrement)]
    pub fn counter_increment(&mut self, identity: &IdentitySurface) -> Result<u64, JsError> {
        Ok(self.0.counter_increment(&identity.0.counter_id())?)
    }

    /// The next bytes of a seeded machine's random stream.
    pub fn random(&mut self, length: usize) -> Result<Vec<u8>, JsError> {
        Ok(self.0.random(length)?)
    }
}

/// Identity of a measured enclave.
#[wasm_bindgen(js_name = Identity)]
pub struct IdentitySurface(Identity);

#[wasm_bindgen(js_class = Identity)]
impl IdentitySurface {
    /// Both measurements are 32 bytes.
    #[wasm_bindgen(constructor)]
    pub fn new(
        mr_enclave: &[u8],
        mr_signer: &[u8],
        isv_prod_id: u16,
        isv_svn: u16,
        debug: bool,
    ) -> Result<IdentitySurface, JsError> {
        let mr_enclave = fixed(mr_enclave)?;
        let mr_signer = fixed(mr_signer)?;
        Ok(Self(Identity {
            mr_enclave,
            mr_signer,
            isv_prod_id,
            isv_svn,
            debug,
        }))
    }
}

fn fixed<const N: usize>(bytes: &[u8]) -> Result<[u8; N], PlatformError> {
    bytes.try_into().map_err(|_| PlatformError::Argument)
}

/// What a verifier pins of an enclave, for `verifyQuote`.
#[wasm_bindgen(js_name = QuotePolicy)]
pub struct PolicySurface(Policy);

#[wasm_bindgen(js_class = QuotePolicy)]
impl PolicySurface {
    /// Both measurements are 32 bytes; `mr_signer` may be absent, then the measurement alone decides.
    #[wasm_bindgen(constructor)]
    pub fn new(
        mr_enclave: &[u8],
        mr_signer: Option<Vec<u8>>,
        isv_prod_id: u16,
        min_isv_svn: u16,
        debug: bool,
    ) -> Result<PolicySurface, JsError> {
        let mr_enclave = fixed(mr_enclave)?;
        let mr_signer = mr_signer.map(|mr_signer| fixed(&mr_signer)).transpose()?;
        Ok(Self(Policy {
            mr_enclave,
            mr_signer,
            isv_prod_id,
            min_isv_svn,
            debug,
        }))
    }
}

/// Verifies a quote as enclaves do, under the root of the simulated processors, at `now` (seconds since 1970).
/// Throws the code of the first reason to refuse it.
#[wasm_bindgen(js_name = verifyQuote)]
pub fn verify_quote(quote: &[u8], collateral: &[u8], policy: &PolicySurface, now: u64) -> Result<(), JsError> {
    let collateral = Collateral::from_cbor(collateral)?;
    enigma_attestation::verify_quote(quote, &collateral, SIMULATION_ROOT_DER, now, &policy.0)?;
    Ok(())
}
