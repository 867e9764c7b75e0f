//! The vectors of `test/vectors`, which other code made: every format that the enclave shares with clients, hosts and Ethereum.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod vector_file;

use enigma_core::{
    crypto::keccak::keccak256_of,
    format::{
        associated_data::associated_data,
        delta::{self, Delta},
        eip712,
        ending::Ending,
        epoch::{Epoch, snapshot_hash},
        log_entry::{EntryKind, LogEntry, next_state_hash},
        receipt::{Move, Receipt, ReceiptStatus},
        selection,
        tag::Tag,
        task_record::{TaskKind, TaskRecord, task_id},
    },
};
use serde_json::Value;
use vector_file::{array, bytes, check_signature, integer, key_owner, network, vectors, wide};

/// The tag that the vectors call by its label in camel case.
fn tag(name: &str) -> Tag {
    let name = name
        .replace("viewInput", "view-input")
        .replace("viewOutput", "view-output");
    *Tag::ALL
        .iter()
        .find(|tag| tag.label() == format!("enigma/v1/{name}"))
        .unwrap()
}

#[test]
fn domain_tags() {
    let known = vectors("domain-tag");
    assert_eq!(known.len(), Tag::ALL.len());
    for vector in known {
        let tag = Tag::ALL.iter().find(|tag| vector["label"] == tag.label()).unwrap();
        assert_eq!(tag.hash(), array(&vector["expected"]));
    }
}

#[test]
fn associated_data_of_items() {
    for vector in vectors("associated-data") {
        let index = u32::try_from(integer(&vector["index"])).unwrap();
        let data = associated_data(
            tag(vector["tag"].as_str().unwrap()),
            &network(&vector),
            &array(&vector["secretContract"]),
            &array(&vector["taskId"]),
            index,
        );
        assert_eq!(data, bytes(&vector["expected"]), "{}", vector["name"]);
    }
}

#[test]
fn task_ids_and_input_hashes() {
    for vector in vectors("task-id") {
        let id = task_id(&network(&vector), &array(&vector["sender"]), &wide(&vector["nonce"]));
        assert_eq!(id, array(&vector["expected"]), "{}", vector["name"]);
    }
    for vector in vectors("input-hash") {
        let hash = keccak256_of(&[&bytes(&vector["encryptedInput"]), &bytes(&vector["userKey"])]);
        assert_eq!(hash, array(&vector["expected"]), "{}", vector["name"]);
    }
}

#[test]
fn task_records() {
    for vector in vectors("task-record") {
        let fields = &vector["record"];
        let record = TaskRecord {
            sender: array(&fields["sender"]),
            nonce: wide(&fields["nonce"]),
            kind: match integer(&fields["kind"]) {
                1 => TaskKind::Deploy,
                2 => TaskKind::Call,
                3 => TaskKind::PostedCall,
                4 => TaskKind::OrderedCall,
                other => panic!("no kind {other}"),
            },
            secret_contract: array(&fields["secretContract"]),
            code_hash: array(&fields["codeHash"]),
            input_hash: array(&fields["inputHash"]),
            touches_hash: array(&fields["touchesHash"]),
            gas_limit: integer(&fields["gasLimit"]),
            gas_price: fields["gasPrice"].as_str().unwrap().parse().unwrap(),
            call_gas_limit: integer(&fields["callGasLimit"]),
            block_number: integer(&fields["blockNumber"]),
            timestamp: integer(&fields["timestamp"]),
            parent_hash: array(&fields["parentHash"]),
            epoch: integer(&fields["epoch"]),
            rules: u32::try_from(integer(&fields["rules"])).unwrap(),
        };
        let encoded = bytes(&vector["expected"]["encoded"]);
        assert_eq!(record.encode(), encoded, "{}", vector["name"]);
        assert_eq!(TaskRecord::decode(&encoded).unwrap(), record);
        assert_eq!(record.hash(), array(&vector["expected"]["hash"]));
    }
}

#[test]
fn receipts() {
    for vector in vectors("receipt") {
        let (fields, expected) = (&vector["receipt"], &vector["expected"]);
        let one = |fields: &Value| Move {
            secret_contract: array(&fields["secretContract"]),
            state_before: array(&fields["stateBefore"]),
            state_after: array(&fields["stateAfter"]),
        };
        let receipt = Receipt {
            task_id: array(&fields["taskId"]),
            record_hash: array(&fields["recordHash"]),
            epoch: integer(&fields["epoch"]),
            moves: fields["moves"].as_array().unwrap().iter().map(one).collect(),
            output_hash: array(&fields["outputHash"]),
            gas_used: integer(&fields["gasUsed"]),
            effects_hash: array(&fields["effectsHash"]),
            status: if integer(&fields["status"]) == 1 {
                ReceiptStatus::Committed
            } else {
                ReceiptStatus::Failed
            },
        };
        let encoded = bytes(&expected["encoded"]);
        assert_eq!(receipt.encode(), encoded, "{}", vector["name"]);
        assert_eq!(Receipt::decode(&encoded).unwrap(), receipt);
        assert_eq!(receipt.hash(), array(&expected["hash"]));
        check_signature(&vector, receipt.digest(&network(&vector)));
    }
}

#[test]
fn epochs() {
    for vector in vectors("epoch") {
        let fields = &vector["epoch"];
        let epoch = Epoch {
            number: integer(&fields["number"]),
            seed: array(&fields["seed"]),
            snapshot_hash: array(&fields["snapshotHash"]),
            snapshot_block: integer(&fields["snapshotBlock"]),
            snapshot_block_hash: array(&fields["snapshotBlockHash"]),
            first_block: integer(&fields["firstBlock"]),
        };
        assert_eq!(epoch.hash(), array(&vector["expected"]["hash"]), "{}", vector["name"]);
        check_signature(&vector, eip712::digest(&network(&vector), &epoch.hash()));
    }
}

#[test]
fn contract_key_certificates() {
    for vector in vectors("contract-key-certificate") {
        let fields = &vector["contractKey"];
        let hash = eip712::contract_key_hash(
            &key_owner(fields),
            integer(&fields["epoch"]),
            &array(&fields["publicKey"]),
        );
        assert_eq!(hash, array(&vector["expected"]["hash"]), "{}", vector["name"]);
        check_signature(&vector, eip712::digest(&network(&vector), &hash));
    }
}

#[test]
fn snapshots_and_selections() {
    for vector in vectors("snapshot") {
        let workers = workers(&vector);
        let hash = snapshot_hash(workers.iter().map(|(address, stake)| (address, stake)));
        assert_eq!(hash, array(&vector["expected"]), "{}", vector["name"]);
    }
    for vector in vectors("selection") {
        let workers = workers(&vector);
        let stakes: Vec<[u8; 32]> = workers.iter().map(|(_, stake)| *stake).collect();
        let selected = selection::select(&array(&vector["seed"]), &array(&vector["group"]), &stakes);
        let selected = selected.map(|index| format!("0x{}", hex::encode(workers[index].0)));
        assert_eq!(selected.as_deref(), vector["expected"].as_str(), "{}", vector["name"]);
    }
}

fn workers(vector: &Value) -> Vec<([u8; 20], [u8; 32])> {
    let worker = |fields: &Value| (array(&fields["address"]), wide(&fields["cumulativeStake"]));
    vector["workers"].as_array().unwrap().iter().map(worker).collect()
}

#[test]
fn log_entries() {
    for vector in vectors("log-entry") {
        let entry = LogEntry {
            index: integer(&vector["index"]),
            kind: if integer(&vector["kind"]) == 1 {
                EntryKind::Delta
            } else {
                EntryKind::Checkpoint
            },
            task_id: array(&vector["taskId"]),
            epoch: integer(&vector["epoch"]),
            ciphertext: bytes(&vector["ciphertext"]),
        };
        assert_eq!(
            entry.hash(),
            array(&vector["expected"]["entryHash"]),
            "{}",
            vector["name"]
        );
        let after = next_state_hash(&array(&vector["stateBefore"]), &entry);
        assert_eq!(after, array(&vector["expected"]["stateHash"]), "{}", vector["name"]);
    }
}

#[test]
fn deltas() {
    for vector in vectors("delta") {
        let change = |change: &Value| {
            (
                bytes(&change["key"]),
                change["value"].as_str().map(|_| bytes(&change["value"])),
            )
        };
        let changes: Delta = vector["changes"].as_array().unwrap().iter().map(change).collect();
        let encoded = bytes(&vector["expected"]);
        assert_eq!(delta::encode(&changes).unwrap(), encoded, "{}", vector["name"]);
        assert_eq!(delta::decode(&encoded).unwrap(), changes);
    }
}

#[test]
fn endings() {
    for vector in vectors("ending") {
        let fields = &vector["ending"];
        let ending = match fields["name"].as_str().unwrap() {
            "returned" => Ending::Returned(bytes(&fields["result"])),
            "reverted" => Ending::Reverted(bytes(&fields["data"])),
            "panicked" => Ending::Panicked(fields["message"].as_str().unwrap().into()),
            "out-of-gas" => Ending::OutOfGas,
            "out-of-memory" => Ending::OutOfMemory,
            "stack-overflow" => Ending::StackOverflow,
            "trapped" => {
                let code = enigma_metering::TrapCode::from_code(fields["trap"].as_str().unwrap()).unwrap();
                Ending::Trapped(enigma_core::format::ending::trap_byte(code))
            }
            "bad-ciphertext" => Ending::BadCiphertext,
            "module-refused" => Ending::ModuleRefused(fields["rule"].as_str().unwrap().into()),
            "call-refused" => Ending::CallRefused(fields["reason"].as_str().unwrap().into()),
            other => panic!("no ending {other}"),
        };
        assert_eq!(
            ending.plaintext().unwrap(),
            bytes(&vector["expected"]),
            "{}",
            vector["name"]
        );
    }
    assert_eq!(Ending::UnusableKey.plaintext(), None);
}
