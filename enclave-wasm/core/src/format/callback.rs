//! The callback of an ordered call: the last effect of its task, whatever its ending.

use super::{
    abi::Writer,
    effect::{Effect, EffectKind},
    ending::Ending,
    limits,
    receipt::ReceiptStatus,
    task_record::TaskRecord,
};
use crate::{crypto::keccak::keccak256, format::bytes::Hash};

const CALLBACK: &str = "onEnigmaResult(bytes32,uint8,bytes)";

/// The call that tells `record`'s sender how its task ended; a payload beyond the limit is cut.
pub fn callback(record: &TaskRecord, task_id: &Hash, ending: &Ending) -> Effect {
    let mut payload = ending.payload();
    payload.truncate(limits::CALLBACK_PAYLOAD);
    let arguments = Writer::default()
        .hash(task_id)
        .integer(ending.code())
        .integer(96u8)
        .bytes(&payload)
        .finish();
    let selector: Vec<u8> = keccak256(CALLBACK.as_bytes()).into_iter().take(4).collect();
    Effect {
        kind: match ending.status() {
            ReceiptStatus::Committed => EffectKind::RequiredCall,
            ReceiptStatus::Failed => EffectKind::BestEffortCall,
        },
        source: record.secret_contract,
        target: record.sender,
        value: [0; 32],
        data: [selector, arguments].concat(),
    }
}
