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

/// Whether auditors get contract keys: chosen when a principal's keys are made, and sealed with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Auditors {
    None = 0,
    /// Any enclave of this program in the role of an auditor.
    Any = 1,
}

impl Auditors {
    /// What the host calls it.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "none" => Some(Self::None),
            "any" => Some(Self::Any),
            _ => None,
        }
    }
}

/// What a principal has beside every enclave's keys.
struct NetworkKeys {
    master: Secret,
    auditors: Auditors,
}

/// Signing key and X25519 key; of a principal also the network's master secret, and whether auditors get keys from it.
pub struct NodeKeys {
    signing: Secret,
    encryption: KeyPair,
    network: Option<NetworkKeys>,
    signer: Signer,
}

impl NodeKeys {
    /// Fresh keys from the processor's randomness; of a principal where `auditors` is chosen.
    ///
    /// # Errors
    /// When the processor gives none.
    pub fn generate(hardware: &mut dyn Hardware, auditors: Option<Auditors>) -> Result<Self, HardwareError> {
        let network = match auditors {
            Some(auditors) => Some(NetworkKeys {
                master: hardware.random()?,
                auditors,
            }),
            None => None,
        };
        let encryption = KeyPair::new(hardware.random()?);
        loop {
            let signing = hardware.random()?;
            // All but one in 2^128 draws are within the curve's order.
            if let Ok(signer) = Signer::new(&signing) {
                return Ok(Self {
                    signing,
                    encryption,
                    network,
                    signer,
                });
            }
        }
    }

    /// signing(32) ‖ encryption(32), and of a principal ‖ master(32) ‖ auditors(1).
    pub fn to_payload(&self) -> Zeroizing<Vec<u8>> {
        let mut payload = Zeroizing::new(Vec::with_capacity(97));
        payload.extend_from_slice(self.signing.expose());
        payload.extend_from_slice(self.encryption.secret().expose());
        if let Some(network) = &self.network {
            payload.extend_from_slice(network.master.expose());
            payload.push(network.auditors as u8);
        }
        payload
    }

    /// What [`Self::to_payload`] made; none for anything else.
    pub fn from_payload(payload: &[u8], of_principal: bool) -> Option<Self> {
        let mut rest = payload;
        let signing = take(&mut rest)?;
        let encryption = KeyPair::new(take(&mut rest)?);
        let network = if of_principal {
            Some(take_network(&mut rest)?)
        } else {
            None
        };
        let signer = Signer::new(&signing).ok()?;
        rest.is_empty().then_some(Self {
            signing,
            encryption,
            network,
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
        self.network.as_ref().map(|network| &network.master)
    }

    /// Of a principal, whether auditors get keys.
    pub fn auditors(&self) -> Option<Auditors> {
        self.network.as_ref().map(|network| network.auditors)
    }

    /// The key under which outputs wait for their release; it outlives a restart because the signing key does.
    pub fn released_output_key(&self) -> Secret {
        hkdf(&self.signing, b"", &[&Tag::ReleasedOutput.hash()])
    }
}

fn take_network(rest: &mut &[u8]) -> Option<NetworkKeys> {
    let master = take(rest)?;
    let (auditors, after) = rest.split_first()?;
    *rest = after;
    let auditors = match auditors {
        0 => Auditors::None,
        1 => Auditors::Any,
        _ => return None,
    };
    Some(NetworkKeys { master, auditors })
}

fn take(rest: &mut &[u8]) -> Option<Secret> {
    let (bytes, after) = rest.split_first_chunk::<32>()?;
    *rest = after;
    let mut copy = Zeroizing::new(*bytes);
    Some(Secret::take(&mut copy))
}
