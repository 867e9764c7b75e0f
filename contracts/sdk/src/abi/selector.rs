//! Signatures, their hashes and 4-byte selectors, computed by the compiler.

use super::json::Text;
use super::{Field, Shape};

/// Longest signature of a function, error or event, in bytes.
pub const MAX_SIGNATURE: usize = 2048;

/// The signature of a function, error or event, such as `transfer(address,uint256)`.
pub const fn signature(name: &str, inputs: &[Field]) -> Text<MAX_SIGNATURE> {
    let mut text = Text::new();
    text.push(name);
    push_list(&mut text, inputs);
    assert!(
        text.fits(),
        "the signature of a function, error or event is longer than 2,048 bytes"
    );
    text
}

/// The first four bytes of the Keccak-256 hash of the signature.
pub const fn selector(name: &str, inputs: &[Field]) -> [u8; 4] {
    let hash = signature_hash(name, inputs);
    [hash[0], hash[1], hash[2], hash[3]]
}

/// The Keccak-256 hash of the signature: the first topic of an event.
pub const fn signature_hash(name: &str, inputs: &[Field]) -> [u8; 32] {
    let text = signature(name, inputs);
    keccak256(text.as_bytes(), text.len())
}

const fn push_list<const N: usize>(text: &mut Text<N>, fields: &[Field]) {
    text.push("(");
    let mut index = 0;
    while index < fields.len() {
        if index > 0 {
            text.push(",");
        }
        push_type(text, &fields[index].shape);
        index += 1;
    }
    text.push(")");
}

const fn push_type<const N: usize>(text: &mut Text<N>, shape: &Shape) {
    match shape {
        Shape::Tuple(fields) | Shape::Struct(_, fields) => push_list(text, fields),
        Shape::Array(element) => {
            push_type(text, element);
            text.push("[]");
        }
        Shape::FixedArray(element, length) => {
            push_type(text, element);
            text.push("[");
            text.push_number(*length);
            text.push("]");
        }
        elementary => text.push_elementary(elementary),
    }
}

const RATE: usize = 136;

/// Keccak-256 of the first `length` bytes of a signature (FIPS 202's permutation with Keccak's original padding).
const fn keccak256(data: &[u8], length: usize) -> [u8; 32] {
    let mut lanes = [0u64; 25];
    let mut offset = 0;
    let padded = (length / RATE + 1) * RATE;
    while offset < padded {
        let mut byte = if offset < length { data[offset] } else { 0 };
        if offset == length {
            byte ^= 0x01;
        }
        if offset == padded - 1 {
            byte ^= 0x80;
        }
        let position = offset % RATE;
        lanes[position / 8] ^= (byte as u64) << (8 * (position % 8));
        offset += 1;
        if offset % RATE == 0 {
            permute(&mut lanes);
        }
    }
    let mut hash = [0; 32];
    let mut index = 0;
    while index < 32 {
        hash[index] = (lanes[index / 8] >> (8 * (index % 8))) as u8;
        index += 1;
    }
    hash
}

/// Keccak-f[1600].
const fn permute(lanes: &mut [u64; 25]) {
    let mut register = 1u8;
    let mut round = 0;
    while round < 24 {
        mix_columns(lanes);
        rotate_and_move(lanes);
        combine_rows(lanes);
        let mut bit = 0;
        while bit < 7 {
            if register & 1 == 1 {
                lanes[0] ^= 1 << ((1 << bit) - 1);
            }
            register = (register << 1) ^ ((register >> 7) * 0x71);
            bit += 1;
        }
        round += 1;
    }
}

/// The step θ.
const fn mix_columns(lanes: &mut [u64; 25]) {
    let mut parity = [0u64; 5];
    let mut index = 0;
    while index < 25 {
        parity[index % 5] ^= lanes[index];
        index += 1;
    }
    index = 0;
    while index < 25 {
        lanes[index] ^= parity[(index + 4) % 5] ^ parity[(index + 1) % 5].rotate_left(1);
        index += 1;
    }
}

/// The steps ρ and π: each lane is rotated by a triangular number and takes the place of the next on a cycle.
const fn rotate_and_move(lanes: &mut [u64; 25]) {
    let (mut x, mut y) = (1, 0);
    let mut current = lanes[1];
    let mut step = 1;
    while step < 25 {
        (x, y) = (y, (2 * x + 3 * y) % 5);
        let rotated = current.rotate_left((step * (step + 1) / 2 % 64) as u32);
        current = lanes[x + 5 * y];
        lanes[x + 5 * y] = rotated;
        step += 1;
    }
}

/// The step χ.
const fn combine_rows(lanes: &mut [u64; 25]) {
    let mut row = 0;
    while row < 25 {
        let old = [
            lanes[row],
            lanes[row + 1],
            lanes[row + 2],
            lanes[row + 3],
            lanes[row + 4],
        ];
        let mut x = 0;
        while x < 5 {
            lanes[row + x] = old[x] ^ (!old[(x + 1) % 5] & old[(x + 2) % 5]);
            x += 1;
        }
        row += 5;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_like_the_run_time_keccak_around_the_block_size() {
        for length in [0, 1, 31, 135, 136, 137, 271, 272, 273, 500] {
            let data: Vec<u8> = (0..length).map(|index| (index * 7) as u8).collect();
            assert_eq!(
                keccak256(&data, length),
                alloy_primitives::keccak256(&data).0,
                "{length} bytes"
            );
        }
    }

    #[test]
    fn computes_the_selectors_of_the_abi_specification() {
        const BYTES3: Shape = Shape::FixedBytes(3);
        const BYTES3_PAIR: [Field; 1] = [Field {
            name: "",
            shape: Shape::FixedArray(&BYTES3, 2),
        }];
        assert_eq!(selector("bar", &BYTES3_PAIR), [0xfc, 0xe3, 0x53, 0xf6]);
        const UINT32: Shape = Shape::Uint(32);
        const BAZ: [Field; 2] = [
            Field {
                name: "",
                shape: UINT32,
            },
            Field {
                name: "",
                shape: Shape::Named("bool"),
            },
        ];
        assert_eq!(selector("baz", &BAZ), [0xcd, 0xcd, 0x77, 0xc0]);
        const UINT256: Shape = Shape::Uint(256);
        const F: [Field; 4] = [
            Field {
                name: "",
                shape: UINT256,
            },
            Field {
                name: "",
                shape: Shape::Array(&UINT32),
            },
            Field {
                name: "",
                shape: Shape::FixedBytes(10),
            },
            Field {
                name: "",
                shape: Shape::Named("bytes"),
            },
        ];
        assert_eq!(selector("f", &F), [0x8b, 0xe6, 0x52, 0x46]);
    }
}
