//! Session keys as libsodium's `crypto_kx`: X25519, then BLAKE2b-512 over `shared secret ‖ client key ‖ server key`.
//!
//! The first half of the hash is what the client receives with and the server sends with; the second half is the other
//! direction. In a task the user is the client and the contract's io key the server; in a key grant the worker is the
//! client and the principal the server.

use blake2::{Blake2b512, Digest};
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroize;

use super::secret::Secret;

/// The other side's public key has low order: the shared secret is all zeros and known to everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnusableKey;

/// One key for each direction, named from the side that holds them.
pub struct SessionKeys {
    /// Opens what the other side sends.
    pub receive: Secret,
    /// Seals what this side sends.
    pub send: Secret,
}

/// An X25519 secret key with its public key.
pub struct KeyPair {
    secret: Secret,
    public: [u8; 32],
}

impl KeyPair {
    pub fn new(secret: Secret) -> Self {
        let public = public_key(&secret);
        Self { secret, public }
    }

    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    pub fn public(&self) -> &[u8; 32] {
        &self.public
    }
}

/// The X25519 public key of a secret key (RFC 7748).
pub fn public_key(secret: &Secret) -> [u8; 32] {
    PublicKey::from(&StaticSecret::from(*secret.expose())).to_bytes()
}

/// The X25519 shared secret.
///
/// # Errors
/// [`UnusableKey`] when it is all zeros.
pub fn shared_secret(secret: &Secret, other: &[u8; 32]) -> Result<Secret, UnusableKey> {
    let shared = StaticSecret::from(*secret.expose()).diffie_hellman(&PublicKey::from(*other));
    if !shared.was_contributory() {
        return Err(UnusableKey);
    }
    Ok(Secret::take(&mut shared.to_bytes()))
}

/// The client's half of `crypto_kx`.
///
/// # Errors
/// [`UnusableKey`] for a low-order server key.
pub fn client_session(client_secret: &Secret, server_public: &[u8; 32]) -> Result<SessionKeys, UnusableKey> {
    let shared = shared_secret(client_secret, server_public)?;
    let (to_client, to_server) = split(&shared, &public_key(client_secret), server_public);
    Ok(SessionKeys {
        receive: to_client,
        send: to_server,
    })
}

/// The server's half of `crypto_kx`. A server that answers many clients knows its public key already.
///
/// # Errors
/// [`UnusableKey`] for a low-order client key.
pub fn server_session(server: &KeyPair, client_public: &[u8; 32]) -> Result<SessionKeys, UnusableKey> {
    let shared = shared_secret(&server.secret, client_public)?;
    let (to_client, to_server) = split(&shared, client_public, &server.public);
    Ok(SessionKeys {
        receive: to_server,
        send: to_client,
    })
}

fn split(shared: &Secret, client: &[u8; 32], server: &[u8; 32]) -> (Secret, Secret) {
    let mut hash: [u8; 64] = Blake2b512::new()
        .chain_update(shared.expose())
        .chain_update(client)
        .chain_update(server)
        .finalize()
        .into();
    let (mut first, mut second) = ([0u8; 32], [0u8; 32]);
    first.iter_mut().zip(hash.iter()).for_each(|(to, from)| *to = *from);
    second
        .iter_mut()
        .zip(hash.iter().skip(32))
        .for_each(|(to, from)| *to = *from);
    hash.zeroize();
    (Secret::take(&mut first), Secret::take(&mut second))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_agree_and_the_directions_differ() {
        let (a, b) = (Secret::take(&mut [1; 32]), Secret::take(&mut [2; 32]));
        let client = client_session(&a, &public_key(&b)).ok().unwrap();
        let server = server_session(&KeyPair::new(b.duplicate()), &public_key(&a))
            .ok()
            .unwrap();
        assert!(client.send.equals(&server.receive) && client.receive.equals(&server.send));
        assert!(!client.send.equals(&client.receive));
    }

    #[test]
    fn refuses_low_order_keys() {
        let secret = Secret::take(&mut [1; 32]);
        let mut one = [0u8; 32];
        one[0] = 1;
        assert!(client_session(&secret, &one).is_err());
        assert!(server_session(&KeyPair::new(secret), &[0; 32]).is_err());
    }
}
