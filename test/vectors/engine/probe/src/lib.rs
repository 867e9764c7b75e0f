//! A guest for engine tests: the first byte of the input chooses what it does with the rest.

wit_bindgen::generate!({ path: "../../../../contracts/wit", world: "secret-contract" });

use core::hint::black_box;
use enigma::contract::host;

struct Probe;

fn number(bytes: &[u8]) -> u32 {
    let mut word = [0u8; 4];
    for (to, from) in word.iter_mut().zip(bytes) {
        *to = *from;
    }
    u32::from_le_bytes(word)
}

/// 1 and the list, or 0.
fn flagged(list: Option<Vec<u8>>) -> Vec<u8> {
    match list {
        Some(mut list) => {
            list.insert(0, 1);
            list
        }
        None => vec![0],
    }
}

#[inline(never)]
fn recurse(depth: u32, salt: u64) -> u64 {
    let frame = [salt; 8];
    if depth == 0 {
        return frame.iter().sum();
    }
    recurse(depth - 1, salt.wrapping_mul(3)).wrapping_add(black_box(&frame)[(depth % 8) as usize])
}

fn count(times: u32) -> Vec<u8> {
    let mut sum = 0u64;
    for step in 0..times {
        sum = black_box(sum.wrapping_mul(31).wrapping_add(u64::from(step)));
    }
    sum.to_le_bytes().to_vec()
}

fn memory_bomb() -> Vec<u8> {
    let mut hoard: Vec<Vec<u8>> = Vec::new();
    loop {
        hoard.push(black_box(vec![1; 65_536]));
    }
}

fn storage_with_empty_lists() -> Vec<u8> {
    host::storage_set(b"", b"");
    host::storage_set(b"a", b"1");
    host::storage_set(b"b", b"2");
    host::storage_remove(b"a");
    let mut out = flagged(host::storage_get(b""));
    out.extend(flagged(host::storage_get(b"a")));
    let mut key = Vec::new();
    while let Some(next) = host::storage_next_key(&key) {
        out.extend(&next);
        out.push(b',');
        key = next;
    }
    out
}

fn context() -> Vec<u8> {
    let mut out = host::sender();
    out.extend(host::self_address());
    out.extend(host::task_id());
    for fact in [host::epoch(), host::block_number(), host::block_timestamp(), host::gas_left()] {
        out.extend(fact.to_be_bytes());
    }
    out
}

fn random(length: u32) -> Vec<u8> {
    let mut out = host::random(length);
    let found = out.len() as u32;
    out.truncate(40);
    out.extend(found.to_be_bytes());
    out
}

fn sealed(plaintext: &[u8]) -> Vec<u8> {
    let sealed = host::aead_seal(&[9; 32], b"associated", plaintext);
    let mut out = sealed.clone();
    out.extend(flagged(host::aead_open(&[9; 32], b"associated", &sealed)));
    out.extend(flagged(host::aead_open(&[9; 32], b"", b"")));
    out
}

fn agreed() -> Vec<u8> {
    let public_key = host::x25519_public_key(&[5; 32]);
    let mut out = public_key.clone();
    out.extend(flagged(host::x25519_shared_secret(&[5; 32], &public_key)));
    out.extend(flagged(host::x25519_shared_secret(&[5; 32], &[4; 32])));
    out
}

fn large_value() -> Vec<u8> {
    host::storage_set(b"large", &vec![7; 65_536]);
    host::storage_get(b"large").unwrap_or_default()
}

fn not_a_number(payload: u32) -> Vec<u8> {
    let nan = black_box(f64::from_bits(0x7ff0_0000_0000_0001 | u64::from(payload) << 8));
    let mut out = (nan + black_box(1.5)).to_bits().to_le_bytes().to_vec();
    out.extend((black_box(0.0f64) / black_box(0.0)).to_bits().to_le_bytes());
    out.extend(black_box(-1.0f32).sqrt().to_bits().to_le_bytes());
    out
}

fn read_and_write(times: u32) -> Vec<u8> {
    for step in 0..times {
        let key = (step % 1000).to_le_bytes();
        host::storage_set(&key, &[step as u8; 32]);
        black_box(host::storage_get(&key));
    }
    Vec::new()
}

impl Guest for Probe {
    fn deploy(arguments: Vec<u8>) -> Result<Vec<u8>, Vec<u8>> {
        host::storage_set(b"owner", &host::sender());
        if arguments.is_empty() { Ok(Vec::new()) } else { Err(arguments) }
    }

    fn call(calldata: Vec<u8>) -> Result<Vec<u8>, Vec<u8>> {
        let Some((operation, rest)) = calldata.split_first() else { return Ok(Vec::new()) };
        Ok(match operation {
            0 => rest.to_vec(),
            1 => return Err(rest.to_vec()),
            2 => {
                host::panic(rest);
                Vec::new()
            }
            3 => panic!("a panic of Rust, without the SDK's hook"),
            4 => count(number(rest)),
            5 => loop {
                black_box(operation);
            },
            6 => recurse(number(rest), 7).to_le_bytes().to_vec(),
            7 => memory_bomb(),
            8 => (100 / black_box(rest.len() as u32)).to_le_bytes().to_vec(),
            9 => {
                let key = rest.get(..8).unwrap_or(rest);
                host::storage_set(key, rest);
                flagged(host::storage_get(key))
            }
            10 => storage_with_empty_lists(),
            11 => context(),
            12 => random(number(rest)),
            13 => [host::keccak256(rest), host::sha256(rest), host::sha256(b"")].concat(),
            14 => flagged(host::secp256k1_recover(&[7; 32], rest)),
            15 => vec![host::ed25519_verify(&[1; 32], rest, &[3; 64]) as u8],
            16 => sealed(rest),
            17 => agreed(),
            18 => {
                host::debug_log(rest);
                Vec::new()
            }
            19 => host::storage_get(&[1; 1025]).unwrap_or_default(),
            20 => large_value(),
            21 => not_a_number(number(rest)),
            22 => read_and_write(number(rest)),
            _ => return Err(vec![*operation]),
        })
    }
}

export!(Probe);
