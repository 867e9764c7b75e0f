//! Properties of the ABI codec for all values and all bytes.

use enigma_contract::abi::{AbiType, decode, encode};
use enigma_contract::prelude::*;
use proptest::collection::vec;
use proptest::prelude::*;
use std::fmt::Debug;

#[derive(AbiType, Debug, Clone, PartialEq)]
struct Person {
    name: String,
    account: Address,
    balances: Vec<(U256, bool)>,
    notes: [Bytes; 2],
}

type Everything = (
    u8,
    i16,
    (u128, I256),
    FixedBytes<5>,
    Vec<Person>,
    [Vec<String>; 2],
    bool,
);

fn u256() -> impl Strategy<Value = U256> {
    prop_oneof![
        any::<[u8; 32]>().prop_map(U256::from_be_bytes),
        any::<u64>().prop_map(U256::from)
    ]
}

fn bytes() -> impl Strategy<Value = Bytes> {
    vec(any::<u8>(), 0..70).prop_map(Bytes::from)
}

fn person() -> impl Strategy<Value = Person> {
    let parts = (
        ".{0,40}",
        any::<[u8; 20]>(),
        vec((u256(), any::<bool>()), 0..4),
        [bytes(), bytes()],
    );
    parts.prop_map(|(name, account, balances, notes)| Person {
        name,
        account: account.into(),
        balances,
        notes,
    })
}

fn everything() -> impl Strategy<Value = Everything> {
    (
        any::<u8>(),
        any::<i16>(),
        (
            any::<u128>(),
            u256().prop_map(|number| I256::from_be_bytes(number.to_be_bytes())),
        ),
        any::<[u8; 5]>().prop_map(FixedBytes),
        vec(person(), 0..3),
        [vec(".{0,5}", 0..3), vec(".{0,5}", 0..3)],
        any::<bool>(),
    )
}

fn accepts_one_encoding<T: AbiType + Debug>(data: &[u8]) -> Result<(), TestCaseError> {
    if let Ok(value) = decode::<T>(data) {
        prop_assert_eq!(encode(&value), data);
    }
    Ok(())
}

proptest! {
    #[test]
    fn decodes_what_it_encodes(value in everything()) {
        prop_assert_eq!(decode::<Everything>(&encode(&value)), Ok(value));
    }

    #[test]
    fn encodes_whole_words(value in everything()) {
        prop_assert_eq!(encode(&value).len() % 32, 0);
    }

    #[test]
    fn accepts_one_encoding_only_of_each_value(value in everything(), position in any::<prop::sample::Index>(), bit in 0..8u32) {
        let mut data = encode(&value);
        let position = position.index(data.len());
        data[position] ^= 1 << bit;
        accepts_one_encoding::<Everything>(&data)?;
    }

    #[test]
    fn refuses_every_shorter_or_longer_input(value in everything(), cut in any::<prop::sample::Index>(), tail in vec(any::<u8>(), 1..40)) {
        let data = encode(&value);
        prop_assert!(decode::<Everything>(&data[..cut.index(data.len())]).is_err());
        prop_assert!(decode::<Everything>(&[data, tail].concat()).is_err());
    }

    #[test]
    fn survives_arbitrary_bytes(data in vec(prop_oneof![Just(0u8), Just(0x20), Just(0x40), Just(0xff), any::<u8>()], 0..400)) {
        accepts_one_encoding::<Everything>(&data)?;
        accepts_one_encoding::<Vec<Vec<Vec<u8>>>>(&data)?;
        accepts_one_encoding::<(String, Bytes)>(&data)?;
    }
}
