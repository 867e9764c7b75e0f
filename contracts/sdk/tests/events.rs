//! Events: topics and data as Solidity writes them, the ABI, public and private ones.

use enigma_contract::abi::encode;
use enigma_contract::prelude::*;
use enigma_contract::primitives::{b256, keccak256};
use enigma_contract::testing::{Effect, Env, Outcome, address, calldata, trap};
use enigma_contract::{ContractEvent, SecretContract};
use serde_json::{Value, json};

/// Something moved, "as told".
#[contract_event]
struct Transfer {
    #[indexed]
    from: Address,
    #[indexed]
    to: Address,
    value: U256,
}

#[contract_event]
struct Note {
    #[indexed]
    the_title: String,
    text: String,
    #[indexed]
    numbers: Vec<u16>,
    #[indexed]
    pair: (u8, bool),
    pages: Vec<String>,
}

#[contract_event]
struct Stopped;

#[contract_storage]
struct Speaker {
    said: Item<u64>,
}

#[secret_contract(events(Transfer, Note, Stopped))]
impl Speaker {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn say(&mut self, ctx: &mut Context, value: U256) {
        let from = ctx.sender();
        ctx.emit(Transfer {
            from,
            to: address(2),
            value,
        });
        ctx.emit_private(
            Transfer {
                from,
                to: address(3),
                value,
            },
            Recipient::User,
        );
        ctx.emit(Stopped);
    }

    pub fn whisper(&mut self, ctx: &mut Context, key: B256) {
        self.said.set(1);
        ctx.emit_private(Stopped, Recipient::Key(key));
    }

    pub fn shout(&mut self, ctx: &mut Context, count: u32) {
        self.said.set(1);
        for _ in 0..count {
            ctx.emit(Stopped);
        }
    }

    pub fn print(&mut self, ctx: &mut Context, sizes: Vec<u32>) {
        for size in sizes {
            ctx.emit(note(&"x".repeat(size as usize)));
        }
    }

    pub fn print_for(&mut self, ctx: &mut Context, sizes: Vec<u32>) {
        for size in sizes {
            ctx.emit_private(note(&"x".repeat(size as usize)), Recipient::User);
        }
    }
}

fn note(text: &str) -> Note {
    Note {
        the_title: "title".into(),
        text: text.into(),
        numbers: vec![1, 2],
        pair: (7, true),
        pages: vec!["a".into()],
    }
}

fn transfer() -> Transfer {
    Transfer {
        from: address(1),
        to: address(2),
        value: U256::from(5u8),
    }
}

fn deployed() -> Env {
    let env = Env::new();
    env.deploy::<Speaker>(&());
    env
}

#[test]
fn the_first_topic_is_the_hash_of_the_signature() {
    // ERC-20's Transfer, known to everybody.
    assert_eq!(
        Transfer::TOPIC,
        b256!("0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef")
    );
    assert_eq!(
        Note::TOPIC,
        keccak256("Note(string,string,uint16[],(uint8,bool),string[])")
    );
    assert_eq!(Stopped.topics(), keccak256("Stopped()").to_vec());
    assert!(Stopped.data().is_empty());
}

#[test]
fn an_indexed_word_is_its_own_topic_and_the_rest_is_data() {
    let topics = transfer().topics();
    assert_eq!(topics.len(), 96);
    assert_eq!(topics[32..64], encode(&address(1)));
    assert_eq!(topics[64..], encode(&address(2)));
    assert_eq!(transfer().data(), encode(&5u64));
    assert_eq!(transfer().arguments(), encode(&(address(1), address(2), 5u64)));
}

#[test]
fn an_indexed_argument_of_more_than_a_word_is_there_as_its_hash() {
    let _env = Env::new();
    let topics = note("text").topics();
    assert_eq!(topics[32..64], keccak256("title")[..]);
    assert_eq!(topics[64..96], keccak256(encode(&(1u16, 2u16)))[..]);
    assert_eq!(topics[96..], keccak256(encode(&(7u8, true)))[..]);
    assert_eq!(
        note("text").data(),
        encode(&("text".to_string(), vec!["a".to_string()]))
    );
}

#[test]
fn the_abi_tells_the_events_and_what_is_indexed() {
    let abi: Value = serde_json::from_str(Speaker::ABI).unwrap();
    let events: Vec<_> = abi
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["type"] == "event")
        .collect();
    assert_eq!(events.len(), 3);
    let argument = |name, ty, indexed| json!({"name": name, "type": ty, "indexed": indexed});
    let inputs = [
        argument("from", "address", true),
        argument("to", "address", true),
        argument("value", "uint256", false),
    ];
    assert_eq!(
        events[0],
        &json!({"type": "event", "name": "Transfer", "inputs": inputs, "anonymous": false, "doc": "Something moved, \"as told\"."})
    );
    assert_eq!(events[1]["inputs"][0], argument("theTitle", "string", true));
    let components = json!([{"name": "", "type": "uint8"}, {"name": "", "type": "bool"}]);
    assert_eq!(
        events[1]["inputs"][3],
        json!({"name": "pair", "type": "tuple", "components": components, "indexed": true})
    );
    assert_eq!(
        events[2],
        &json!({"type": "event", "name": "Stopped", "inputs": [], "anonymous": false})
    );
}

#[test]
fn a_task_leaves_its_events_in_order() {
    let env = deployed();
    env.call::<Speaker>(address(1), &calldata("say(uint256)", &5u64));
    let source = env.self_address();
    let private = Transfer {
        to: address(3),
        ..transfer()
    };
    let expected = [
        Effect::event(source, &transfer()),
        Effect::private_event(source, &private, Recipient::User),
        Effect::event(source, &Stopped),
    ];
    assert_eq!(env.take_effects(), expected);
    let Effect::PrivateEvent { data, .. } = &expected[1] else {
        panic!("{expected:?}")
    };
    assert_eq!(data[..32], Transfer::TOPIC[..]);
    assert_eq!(data[32..], encode(&(address(1), address(3), 5u64)));
    assert_eq!(env.take_effects(), []);
}

#[test]
fn a_private_event_goes_to_a_key_of_order_high_enough() {
    let env = deployed();
    let key = crypto::x25519_public_key(&B256::repeat_byte(9));
    assert_eq!(
        env.call::<Speaker>(address(1), &calldata("whisper(bytes32)", &key)),
        Outcome::Returned(vec![])
    );
    assert_eq!(
        env.take_effects(),
        [Effect::private_event(env.self_address(), &Stopped, Recipient::Key(key))]
    );
    for low in [
        B256::ZERO,
        B256::with_last_byte(0),
        FixedBytes(core::array::from_fn(|index| u8::from(index == 0))),
    ] {
        let outcome = env.call::<Speaker>(address(1), &calldata("whisper(bytes32)", &low));
        assert_eq!(outcome, Outcome::Trapped(trap::HOST_ARGUMENT));
    }
    assert_eq!(env.take_effects(), []);
}

#[test]
fn a_task_has_at_most_32_effects_and_a_failed_one_leaves_none() {
    let env = deployed();
    let shout = |count: u32| env.call::<Speaker>(address(1), &calldata("shout(uint32)", &count));
    assert_eq!(shout(33), Outcome::Trapped(trap::TOO_MANY_EFFECTS));
    assert_eq!(env.take_effects(), []);
    assert!(env.store().is_empty());
    assert_eq!(shout(32), Outcome::Returned(vec![]));
    assert_eq!(shout(32), Outcome::Returned(vec![]), "the limit is that of one task");
    assert_eq!(env.take_effects().len(), 64);
}

/// Bytes of a note's data beside its text: offset and length of the text, offset and length of the pages, and one page of
/// three words.
const FRAME: u32 = 7 * 32;
/// Bytes of its topics.
const TOPICS: u32 = 4 * 32;

#[test]
fn an_event_has_at_most_65_536_bytes() {
    let env = deployed();
    let print = |how: &str, size: u32| env.call::<Speaker>(address(1), &calldata(how, &vec![size]));
    assert_eq!(
        print("print(uint32[])", 65_536 - FRAME - TOPICS),
        Outcome::Returned(vec![])
    );
    let too_many = Outcome::Trapped(trap::TOO_MANY_EFFECTS);
    assert_eq!(print("print(uint32[])", 65_536 - FRAME - TOPICS + 1), too_many);
    let too_long = Outcome::Trapped(trap::HOST_ARGUMENT);
    assert_eq!(print("print(uint32[])", 65_536 - FRAME + 1), too_long);
    assert_eq!(print("printFor(uint32[])", 30_000), Outcome::Returned(vec![]));
    assert_eq!(print("printFor(uint32[])", 33_000), too_many, "it is padded to 65,536");
    assert_eq!(print("printFor(uint32[])", 66_000), too_long);
}

#[test]
fn a_task_s_effects_have_at_most_65_536_bytes() {
    let env = deployed();
    let print = |how: &str, sizes: Vec<u32>| env.call::<Speaker>(address(1), &calldata(how, &sizes));
    let quarter = 16_384 - FRAME - TOPICS;
    assert_eq!(print("print(uint32[])", vec![quarter; 4]), Outcome::Returned(vec![]));
    let too_many = Outcome::Trapped(trap::TOO_MANY_EFFECTS);
    assert_eq!(
        print("print(uint32[])", vec![quarter + 1, quarter, quarter, quarter]),
        too_many
    );
    // A private event is padded to a power of two before it is encrypted: one of 9,000 bytes takes 16,384 and a frame.
    assert_eq!(print("printFor(uint32[])", vec![9_000; 3]), Outcome::Returned(vec![]));
    assert_eq!(print("printFor(uint32[])", vec![9_000; 4]), too_many);
}
