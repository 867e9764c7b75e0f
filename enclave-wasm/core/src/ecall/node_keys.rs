//! The keys that an enclave has of its own, made inside and sealed.

use zeroize::Zeroizing;

use crate::{
    crypto::{contract_keys::hkdf, secret::Secret, session_keys::KeyPair, signing::Signer},
    format::{
        bytes::{Address, Hash},
        tag::Tag,
    },
    hardware::{Hardware, HardwareError},
};

/// Signing key and X25519 key; of a principal also the network's master secret.
pub struct NodeKeys {
    signing: Secret,
    encryption: KeyPair,
    master: Option<Secret>,
    signer: Signer,
}

impl NodeKeys {
    /// Fresh keys from the processor's randomness.
    ///
    /// # Errors
    /// When the processor gives none.
    pub fn generate(hardware: &mut dyn Hardware, with_master: bool) -> Result<Self, HardwareError> {
        let master = if with_master { Some(hardware.random()?) } else { None };
        let encryption = KeyPair::new(hardware.random()?);
        loop {
            let signing = hardware.random()?;
            // All but one in 2^128 draws are within the curve's order.
            if let Ok(signer) = Signer::new(&signing) {
                return Ok(Self {
                    signing,
                    encryption,
                    master,
                    signer,
                });
            }
        }
    }

    /// signing(32) ‖ encryption(32), and of a principal ‖ master(32).
    pub fn to_payload(&self) -> Zeroizing<Vec<u8>> {
        let mut payload = Zeroizing::new(Vec::with_capacity(96));
        payload.extend_from_slice(self.signing.expose());
        payload.extend_from_slice(self.encryption.secret().expose());
        if let Some(master) = &self.master {
            payload.extend_from_slice(master.expose());
        }
        payload
    }

    /// What [`Self::to_payload`] made; none for anything else.
    pub fn from_payload(payload: &[u8], with_master: bool) -> Option<Self> {
        let mut rest = payload;
        let signing = take(&mut rest)?;
        let encryption = KeyPair::new(take(&mut rest)?);
        let master = if with_master { Some(take(&mut rest)?) } else { None };
        let signer = Signer::new(&signing).ok()?;
        rest.is_empty().then_some(Self {
            signing,
            encryption,
            master,
            signer,
        })
    }

    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// The Ethereum address of the signing key.
    pub fn address(&self) -> Address {
        *self.signer.address()
    }

    /// The X25519 key pair.
    pub fn encryption(&self) -> &KeyPair {
        &self.encryption
    }

    /// The X25519 public key.
    pub fn encryption_key(&self) -> Hash {
        *self.encryption.public()
    }

    /// The master secret, of a principal.
    pub fn master(&self) -> Option<&Secret> {
        self.master.as_ref()
    }

    /// The key under which outputs wait for their release; it outlives a restart because the signing key does.
    pub fn released_output_key(&self) -> Secret {
        hkdf(&self.signing, b"", &[&Tag::ReleasedOutput.hash()])
    }
}

fn take(rest: &mut &[u8]) -> Option<Secret> {
    let (bytes, after) = rest.split_first_chunk::<32>()?;
    *rest = after;
    let mut copy = Zeroizing::new(*bytes);
    Some(Secret::take(&mut copy))
}
