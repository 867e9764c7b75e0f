//! The envelope of ecalls on the wire: `{id, ecall, body}` in, `{id, ok}` or `{id, error}` out.

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::{EcallError, Enclave, messages::ErrorAnswer};
use crate::{format::cbor, hardware::Hardware, task::engine::Engine};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    id: u64,
    ecall: String,
    body: ByteBuf,
}

#[derive(Serialize)]
struct Answer {
    id: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    ok: Option<ByteBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorAnswer>,
}

/// Answers one frame, its length prefix removed. A frame that is no request is answered under id 0.
pub fn answer_frame<H: Hardware, E: Engine>(enclave: &mut Enclave<H, E>, frame: &[u8]) -> Vec<u8> {
    match cbor::from_bytes::<Request>(frame) {
        Ok(request) => encode(request.id, enclave.ecall(&request.ecall, &request.body)),
        Err(_) => encode(0, Err(EcallError::new("ecall-malformed", "The frame is not an ecall."))),
    }
}

/// The answer to a frame that comes while another one is being answered.
pub fn busy() -> Vec<u8> {
    encode(
        0,
        Err(EcallError::new(
            "enclave-busy",
            "The enclave answers one ecall at a time.",
        )),
    )
}

fn encode(id: u64, result: Result<Vec<u8>, EcallError>) -> Vec<u8> {
    let answer = match result {
        Ok(body) => Answer {
            id,
            ok: Some(ByteBuf::from(body)),
            error: None,
        },
        Err(EcallError { code, sentence, data }) => Answer {
            id,
            ok: None,
            error: Some(ErrorAnswer {
                code,
                sentence,
                data: data.map(ByteBuf::from),
            }),
        },
    };
    // Encoding into memory cannot fail; an empty frame would end the connection.
    cbor::to_bytes(&answer).unwrap_or_default()
}
