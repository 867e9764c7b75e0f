//! Properties of the encoding of map keys.

use enigma_contract::prelude::*;
use enigma_contract::primitives::aliases::I24;
use enigma_contract::storage::Key;
use proptest::collection::vec;
use proptest::prelude::*;
use std::fmt::Debug;

fn written(key: &impl Key) -> Vec<u8> {
    let mut bytes = Vec::new();
    key.write(&mut bytes);
    bytes
}

/// The order is kept, the key comes back, and no key begins with another.
fn is_faithful<K: Key + Ord + Debug>(one: &K, two: &K) -> Result<(), TestCaseError> {
    let (first, second) = (written(one), written(two));
    prop_assert_eq!(first.cmp(&second), one.cmp(two));
    prop_assert!(one == two || !second.starts_with(&first));
    let followed = [first.as_slice(), &[0, 1, 0xff]].concat();
    let mut input = followed.as_slice();
    let key = K::read(&mut input);
    prop_assert_eq!(key.as_ref(), Some(one));
    prop_assert_eq!(input, [0, 1, 0xff]);
    Ok(())
}

/// Bytes in which the escaped one and its neighbours are frequent.
fn bytes() -> impl Strategy<Value = Bytes> {
    vec(prop_oneof![Just(0u8), Just(1), Just(0xff), any::<u8>()], 0..8).prop_map(Bytes::from)
}

fn u256() -> impl Strategy<Value = U256> {
    any::<[u8; 32]>().prop_map(U256::from_be_bytes)
}

fn i256() -> impl Strategy<Value = I256> {
    any::<[u8; 32]>().prop_map(I256::from_be_bytes)
}

fn i24() -> impl Strategy<Value = I24> {
    (-(1i32 << 23)..1 << 23).prop_map(|number| I24::try_from(number).unwrap())
}

proptest! {
    #[test]
    fn unsigned_integers(one in any::<(u8, u16, u32, u64, u128)>(), two in any::<(u8, u16, u32, u64, u128)>()) {
        is_faithful(&one.0, &two.0)?;
        is_faithful(&one.1, &two.1)?;
        is_faithful(&one.2, &two.2)?;
        is_faithful(&one.3, &two.3)?;
        is_faithful(&one.4, &two.4)?;
    }

    #[test]
    fn signed_integers(one in any::<(i8, i16, i32, i64, i128)>(), two in any::<(i8, i16, i32, i64, i128)>()) {
        is_faithful(&one.0, &two.0)?;
        is_faithful(&one.1, &two.1)?;
        is_faithful(&one.2, &two.2)?;
        is_faithful(&one.3, &two.3)?;
        is_faithful(&one.4, &two.4)?;
    }

    #[test]
    fn wide_integers(one in (u256(), i256(), i24()), two in (u256(), i256(), i24())) {
        is_faithful(&one.0, &two.0)?;
        is_faithful(&one.1, &two.1)?;
        is_faithful(&one.2, &two.2)?;
    }

    #[test]
    fn addresses_and_fixed_bytes(one in any::<([u8; 20], [u8; 3])>(), two in any::<([u8; 20], [u8; 3])>()) {
        is_faithful(&Address::from(one.0), &Address::from(two.0))?;
        is_faithful(&FixedBytes(one.1), &FixedBytes(two.1))?;
    }

    #[test]
    fn bytes_and_strings(one in bytes(), two in bytes(), three in "[\0\u{1}a\u{ff}]{0,6}", four in "[\0\u{1}a\u{ff}]{0,6}") {
        is_faithful(&one, &two)?;
        is_faithful(&three, &four)?;
    }

    #[test]
    fn tuples(one in (bytes(), any::<bool>(), bytes(), any::<i8>()), two in (bytes(), any::<bool>(), bytes(), any::<i8>())) {
        is_faithful(&one, &two)?;
        is_faithful(&(one.0.clone(), one.3), &(one.0, two.3))?;
    }

    #[test]
    fn survives_arbitrary_bytes(data in bytes()) {
        let mut input = &data[..];
        if let Some(key) = <(Bytes, String, bool)>::read(&mut input) {
            prop_assert_eq!([written(&key).as_slice(), input].concat(), data.to_vec());
        }
    }
}
