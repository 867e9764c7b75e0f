//! The vectors of `test/vectors`, which other code made: every cryptographic construction that the enclave shares with clients.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod vector_file;

use enigma_core::crypto::{
    aead,
    contract_keys::{self, Purpose},
    padding,
    random_stream::RandomStream,
    session_keys, signing,
};
use vector_file::{array, bytes, integer, key_owner, network, secret, vectors};

#[test]
fn paddings() {
    for vector in vectors("padding") {
        let padded = padding::pad(&bytes(&vector["plaintext"]));
        assert_eq!(padded, bytes(&vector["expected"]), "{}", vector["name"]);
    }
    for vector in vectors("padding-refused") {
        assert!(padding::unpad(&bytes(&vector["padded"])).is_err(), "{}", vector["name"]);
    }
}

#[test]
fn sealed_messages() {
    for vector in vectors("aead") {
        let (key, data, plaintext) = (
            secret(&vector["key"]),
            bytes(&vector["associatedData"]),
            bytes(&vector["plaintext"]),
        );
        let sealed = aead::seal_padded(&key, &data, &plaintext);
        assert_eq!(sealed, bytes(&vector["expected"]["sealed"]), "{}", vector["name"]);
        assert_eq!(*aead::open_padded(&key, &data, &sealed).unwrap(), plaintext);
    }
    for vector in vectors("aead-refused") {
        let (key, data) = (secret(&vector["key"]), bytes(&vector["associatedData"]));
        assert!(
            aead::open_padded(&key, &data, &bytes(&vector["sealed"])).is_err(),
            "{}",
            vector["name"]
        );
    }
}

#[test]
fn session_keys_of_both_sides() {
    for vector in vectors("session-keys") {
        let (user, contract) = (secret(&vector["userSecretKey"]), secret(&vector["contractSecretKey"]));
        let expected = &vector["expected"];
        let (user_key, contract_key) = (array(&expected["userKey"]), array(&expected["contractKey"]));
        assert_eq!(
            (session_keys::public_key(&user), session_keys::public_key(&contract)),
            (user_key, contract_key)
        );
        let client = session_keys::client_session(&user, &contract_key).ok().unwrap();
        let server = session_keys::server_session(&session_keys::KeyPair::new(contract), &user_key)
            .ok()
            .unwrap();
        assert_eq!(
            (client.send.expose(), client.receive.expose()),
            (&array(&expected["input"]), &array(&expected["output"]))
        );
        assert!(client.send.equals(&server.receive) && client.receive.equals(&server.send));
    }
    for vector in vectors("session-keys-refused") {
        let contract = session_keys::KeyPair::new(secret(&vector["contractSecretKey"]));
        assert!(
            session_keys::server_session(&contract, &array(&vector["userKey"])).is_err(),
            "{}",
            vector["name"]
        );
    }
}

#[test]
fn x25519() {
    for vector in vectors("x25519") {
        let shared = session_keys::shared_secret(&secret(&vector["secretKey"]), &array(&vector["point"])).unwrap();
        assert_eq!(shared.expose(), &array(&vector["expected"]), "{}", vector["name"]);
    }
}

#[test]
fn contract_keys_and_epoch_seeds() {
    for vector in vectors("contract-key") {
        let purpose = match integer(&vector["purpose"]) {
            1 => Purpose::State,
            2 => Purpose::InputOutput,
            3 => Purpose::Randomness,
            other => panic!("no purpose {other}"),
        };
        let key = contract_keys::contract_key(
            &secret(&vector["masterSecret"]),
            &network(&vector),
            &key_owner(&vector),
            integer(&vector["epoch"]),
            purpose,
        );
        assert_eq!(key.expose(), &array(&vector["expected"]), "{}", vector["name"]);
    }
    for vector in vectors("epoch-seed") {
        let master = secret(&vector["masterSecret"]);
        let seed = contract_keys::epoch_seed(
            &master,
            &network(&vector),
            integer(&vector["number"]),
            &array(&vector["blockHash"]),
        );
        assert_eq!(seed, array(&vector["expected"]), "{}", vector["name"]);
    }
}

#[test]
fn random_streams() {
    for vector in vectors("random-stream") {
        let key = secret(&vector["randomnessKey"]);
        let mut stream = match vector.get("requestId") {
            Some(request_id) => RandomStream::of_view(&key, &array(request_id)),
            None => RandomStream::of_task(&key, &array(&vector["recordHash"])),
        };
        let length = usize::try_from(integer(&vector["length"])).unwrap();
        assert_eq!(
            stream.next(length).unwrap(),
            bytes(&vector["expected"]),
            "{}",
            vector["name"]
        );
    }
}

#[test]
fn signatures_of_others() {
    for vector in vectors("recover-signer") {
        let signer = signing::recover(&array(&vector["digest"]), &bytes(&vector["signature"]));
        assert_eq!(signer, Some(array(&vector["expected"])), "{}", vector["name"]);
    }
}
