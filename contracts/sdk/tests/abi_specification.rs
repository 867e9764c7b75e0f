//! The examples of the Solidity ABI specification, and the encodings that are refused.

use enigma_contract::abi::{AbiType, Malformed, decode, encode};
use enigma_contract::prelude::*;
use enigma_contract::primitives::aliases::{I24, U24};
use enigma_contract::primitives::hex;
use enigma_contract::testing::calldata;
use std::fmt::Debug;

/// Words of an encoding, written as numbers or as hex of 32 bytes.
fn words(words: &[&str]) -> Vec<u8> {
    let word = |text: &&str| match text.len() {
        64 => hex::decode(text).unwrap(),
        _ => hex::decode(format!("{text:0>64}")).unwrap(),
    };
    words.iter().flat_map(word).collect()
}

fn right_padded(text: &str) -> String {
    format!("{:0<64}", hex::encode(text))
}

#[track_caller]
fn is_encoded_as<T: AbiType + PartialEq + Debug>(value: T, expected: &[u8]) {
    assert_eq!(hex::encode(encode(&value)), hex::encode(expected));
    assert_eq!(decode::<T>(expected), Ok(value));
}

#[test]
fn encodes_baz_of_the_specification() {
    let expected = [hex::decode("cdcd77c0").unwrap(), words(&["45", "1"])].concat();
    assert_eq!(calldata("baz(uint32,bool)", &(69u32, true)), expected);
}

#[test]
fn encodes_bar_of_the_specification() {
    let pair: ([FixedBytes<3>; 2],) = ([FixedBytes(*b"abc"), FixedBytes(*b"def")],);
    is_encoded_as(pair, &words(&[&right_padded("abc"), &right_padded("def")]));
}

#[test]
fn encodes_sam_of_the_specification() {
    let arguments = (
        Bytes::from("dave"),
        true,
        vec![U256::from(1u8), U256::from(2u8), U256::from(3u8)],
    );
    let expected = words(&["60", "1", "a0", "4", &right_padded("dave"), "3", "1", "2", "3"]);
    assert_eq!(
        calldata("sam(bytes,bool,uint256[])", &arguments)[..4],
        hex::decode("a5643bf2").unwrap()
    );
    is_encoded_as(arguments, &expected);
}

#[test]
fn encodes_f_of_the_specification() {
    let arguments = (
        U256::from(0x123u16),
        vec![0x456u32, 0x789],
        FixedBytes(*b"1234567890"),
        Bytes::from("Hello, world!"),
    );
    let expected = words(&[
        "123",
        "80",
        &right_padded("1234567890"),
        "e0",
        "2",
        "456",
        "789",
        "d",
        &right_padded("Hello, world!"),
    ]);
    is_encoded_as(arguments, &expected);
}

#[test]
fn encodes_g_of_the_specification() {
    let numbers = vec![vec![U256::from(1u8), U256::from(2u8)], vec![U256::from(3u8)]];
    let texts: Vec<String> = ["one", "two", "three"].map(String::from).into();
    let (one, two, three) = (right_padded("one"), right_padded("two"), right_padded("three"));
    let expected = words(&[
        "40", "140", "2", "40", "a0", "2", "1", "2", "1", "3", "3", "60", "a0", "e0", "3", &one, "3", &two, "5", &three,
    ]);
    is_encoded_as((numbers, texts), &expected);
}

#[test]
fn extends_the_sign_of_negative_numbers() {
    let minus_two = format!("{}fe", "f".repeat(62));
    is_encoded_as(-2i8, &words(&[&minus_two]));
    is_encoded_as(-2i64, &words(&[&minus_two]));
    is_encoded_as(I256::from(-2i64), &words(&[&minus_two]));
    is_encoded_as(I24::try_from(-2).unwrap(), &words(&[&minus_two]));
}

#[test]
fn encodes_a_list_of_one_and_a_single_value_alike_and_a_struct_as_one_value() {
    #[derive(AbiType, Debug, PartialEq)]
    struct Note {
        text: String,
    }
    assert_eq!(encode(&("a".to_string(),)), encode(&"a".to_string()));
    is_encoded_as(
        Note { text: "a".into() },
        &words(&["20", "20", "1", &right_padded("a")]),
    );
}

#[test]
fn treats_a_struct_around_one_value_as_that_value_and_an_enum_as_a_number() {
    #[derive(AbiType, Debug, PartialEq)]
    struct Wealth(U256);
    #[derive(AbiType, Debug, PartialEq)]
    enum Side {
        Left,
        Right,
    }
    is_encoded_as(Wealth(U256::from(7u8)), &words(&["7"]));
    is_encoded_as(Side::Left, &words(&["0"]));
    is_encoded_as(Side::Right, &words(&["1"]));
    assert_eq!(decode::<Side>(&words(&["2"])), Err(Malformed));
}

#[track_caller]
fn is_refused<T: AbiType + PartialEq + Debug>(encoding: &[&str]) {
    assert_eq!(decode::<T>(&words(encoding)), Err(Malformed));
}

#[test]
fn refuses_words_with_bits_that_the_type_does_not_have() {
    is_refused::<bool>(&["2"]);
    is_refused::<u8>(&["100"]);
    is_refused::<u64>(&["10000000000000000"]);
    is_refused::<U24>(&["1000000"]);
    is_refused::<i8>(&["80"]);
    is_refused::<I24>(&["800000"]);
    is_refused::<I24>(&[&format!("{}7fffff", "f".repeat(58))]);
    is_refused::<Address>(&["010000000000000000000000000000000000000000"]);
    is_refused::<FixedBytes<4>>(&[&format!("{:0<64}", "0102030405")]);
}

#[test]
fn refuses_bytes_with_dirty_padding_or_text_that_is_not_utf8() {
    is_refused::<Bytes>(&["20", "1", &format!("{:0<64}", "6101")]);
    is_refused::<String>(&["20", "1", &format!("{:0<64}", "ff")]);
}

#[test]
fn refuses_input_that_is_too_short_or_too_long() {
    is_refused::<u64>(&[]);
    is_refused::<u64>(&["1", "2"]);
    is_refused::<()>(&["0"]);
    is_refused::<Vec<u64>>(&["20", "2", "1"]);
    is_refused::<Bytes>(&["20", "21", "0"]);
    assert_eq!(decode::<u64>(&[0; 31]), Err(Malformed));
}

#[test]
fn refuses_offsets_that_overlap_skip_or_point_outside() {
    is_refused::<(Bytes, Bytes)>(&["40", "40", "0"]);
    is_refused::<Bytes>(&["40", "0", "0"]);
    is_refused::<Bytes>(&["0"]);
    is_refused::<Bytes>(&[&"f".repeat(64)]);
    is_refused::<(Bytes, Bytes)>(&["60", "40", "0", "0"]);
}

#[test]
fn refuses_a_length_beyond_the_input_before_it_takes_memory() {
    is_refused::<Vec<u64>>(&["20", "ffffffff"]);
    is_refused::<Vec<u64>>(&["20", &"f".repeat(64)]);
    is_refused::<Vec<[U256; 1000]>>(&["20", "40"]);
}
