//! The SGX extension of a PCK certificate (Intel SGX PCK Certificate and CRL Profile, OID 1.2.840.113741.1.13.1): what the
//! certified processor is.

use crate::{
    certificate::extension,
    der::{enumerated, integer, octet_string, oid, sequence},
    tcb::{FMSPC, PCE_ID, PCE_SVN},
};

/// 1.2.840.113741.1.13.1, encoded.
const SGX: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf8, 0x4d, 0x01, 0x0d, 0x01];
const PPID: u8 = 1;
const TCB: u8 = 2;
const PCEID: u8 = 3;
const FMSPC_ARC: u8 = 4;
const SGX_TYPE: u8 = 5;
const TCB_PCE_SVN: u8 = 17;
const TCB_CPU_SVN: u8 = 18;
/// SGX type "standard".
const STANDARD: u8 = 0;

/// The extension for a processor with this id (PPID) and CPUSVN.
pub fn sgx_extension(ppid: &[u8; 16], cpu_svn: &[u8; 16]) -> Vec<u8> {
    let value = sequence(&[
        entry(&[PPID], octet_string(ppid)),
        entry(&[TCB], tcb(cpu_svn)),
        entry(&[PCEID], octet_string(&PCE_ID)),
        entry(&[FMSPC_ARC], octet_string(&FMSPC)),
        entry(&[SGX_TYPE], enumerated(STANDARD)),
    ]);
    extension(&SGX, false, &value)
}

fn tcb(cpu_svn: &[u8; 16]) -> Vec<u8> {
    let mut entries: Vec<_> = (1..)
        .zip(cpu_svn)
        .map(|(component, svn)| entry(&[TCB, component], integer(&[*svn])))
        .collect();
    entries.push(entry(&[TCB, TCB_PCE_SVN], integer(&PCE_SVN.to_be_bytes())));
    entries.push(entry(&[TCB, TCB_CPU_SVN], octet_string(cpu_svn)));
    sequence(&entries)
}

/// `arcs` below the SGX identifier, each less than 128 and so one byte.
fn entry(arcs: &[u8], value: Vec<u8>) -> Vec<u8> {
    sequence(&[oid(&[&SGX, arcs].concat()), value])
}
