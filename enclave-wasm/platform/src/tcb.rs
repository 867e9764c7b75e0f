//! The trusted computing base of the simulated processor family: its numbers, and the signed JSON that judges them.
//!
//! The JSON has the form of Intel's Provisioning Certification Service, version 4: TCB info version 3, enclave identity
//! version 2, without white space. One level is up to date; an older one is out of date, so that refusals can be tested.

use std::fmt::Write;

/// Family of processors (FMSPC); Intel has none of this number.
pub const FMSPC: [u8; 6] = [0x00, 0x5e, 0x16, 0x3a, 0x00, 0x00];
/// Provisioning certification enclave (PCEID).
pub const PCE_ID: [u8; 2] = [0x00, 0x00];
/// CPUSVN of a processor that is up to date: one byte for each of 16 components.
pub const CURRENT_CPU_SVN: [u8; 16] = [5, 5, 2, 4, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
/// CPUSVN of a processor with old microcode.
pub const OUTDATED_CPU_SVN: [u8; 16] = [4, 4, 2, 4, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
pub const PCE_SVN: u16 = 13;
/// Product id and security version of the quoting enclave.
pub const QE_PRODUCT: u16 = 1;
pub const QE_SVN: u16 = 8;
pub const OUTDATED_QE_SVN: u16 = 6;
/// INIT, MODE64, PROVISION_KEY.
pub const QE_ATTRIBUTES: [u8; 16] = [0x15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

pub const ISSUE_DATE: &str = "2024-01-01T00:00:00Z";
const CURRENT_DATE: &str = "2023-08-09T00:00:00Z";
const OUTDATED_DATE: &str = "2022-11-09T00:00:00Z";
const EVALUATION_NUMBER: u32 = 17;
/// QE attributes that the identity looks at: all but MODE64.
const QE_ATTRIBUTES_MASK: [u8; 16] = [0xfb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0];

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02X}");
        text
    })
}

/// What Intel's service calls TCB info, as signed.
pub fn tcb_info(next_update: &str) -> String {
    let current = tcb_level(&CURRENT_CPU_SVN, CURRENT_DATE, "UpToDate");
    let outdated = tcb_level(&[0; 16], OUTDATED_DATE, "OutOfDate");
    format!(
        concat!(
            r#"{{"id":"SGX","version":3,"issueDate":"{issue}","nextUpdate":"{next}","fmspc":"{fmspc}","pceId":"{pce_id}","#,
            r#""tcbType":0,"tcbEvaluationDataNumber":{number},"tcbLevels":[{current},{outdated}]}}"#
        ),
        issue = ISSUE_DATE,
        next = next_update,
        fmspc = hex(&FMSPC),
        pce_id = hex(&PCE_ID),
        number = EVALUATION_NUMBER,
        current = current,
        outdated = outdated,
    )
}

/// The identity of the quoting enclave with this author, as signed.
pub fn qe_identity(mr_signer: &[u8; 32], next_update: &str) -> String {
    let masked: Vec<u8> = QE_ATTRIBUTES
        .iter()
        .zip(QE_ATTRIBUTES_MASK)
        .map(|(value, mask)| value & mask)
        .collect();
    format!(
        concat!(
            r#"{{"id":"QE","version":2,"issueDate":"{issue}","nextUpdate":"{next}","tcbEvaluationDataNumber":{number},"#,
            r#""miscselect":"00000000","miscselectMask":"FFFFFFFF","attributes":"{attributes}","attributesMask":"{mask}","#,
            r#""mrsigner":"{mr_signer}","isvprodid":{product},"tcbLevels":["#,
            r#"{{"tcb":{{"isvsvn":{svn}}},"tcbDate":"{current}","tcbStatus":"UpToDate"}},"#,
            r#"{{"tcb":{{"isvsvn":{old_svn}}},"tcbDate":"{outdated}","tcbStatus":"OutOfDate"}}]}}"#
        ),
        issue = ISSUE_DATE,
        next = next_update,
        number = EVALUATION_NUMBER,
        attributes = hex(&masked),
        mask = hex(&QE_ATTRIBUTES_MASK),
        mr_signer = hex(mr_signer),
        product = QE_PRODUCT,
        svn = QE_SVN,
        old_svn = OUTDATED_QE_SVN,
        current = CURRENT_DATE,
        outdated = OUTDATED_DATE,
    )
}

fn tcb_level(cpu_svn: &[u8; 16], date: &str, status: &str) -> String {
    let components: Vec<String> = cpu_svn.iter().map(|svn| format!(r#"{{"svn":{svn}}}"#)).collect();
    format!(
        r#"{{"tcb":{{"sgxtcbcomponents":[{}],"pcesvn":{PCE_SVN}}},"tcbDate":"{date}","tcbStatus":"{status}"}}"#,
        components.join(",")
    )
}
