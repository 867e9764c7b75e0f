//! From a task as the host hands it in to a signed receipt, a log entry and a sealed output.

use std::collections::BTreeMap;

use serde_bytes::ByteBuf;
use zeroize::Zeroizing;

use super::{Worker, contract::Contract, output_release};
use crate::{
    crypto::{
        aead,
        contract_keys::ContractKeys,
        keccak::{keccak256, keccak256_of},
    },
    ecall::{EcallError, messages as m, node_keys::NodeKeys},
    format::{
        associated_data::associated_data,
        bytes::{Address, Hash},
        delta::{self, Delta},
        limits,
        log_entry::{EntryKind, LogEntry},
        receipt::{Move, Receipt, ReceiptStatus},
        tag::Tag,
        task_record::{TaskKind, TaskRecord},
    },
    key_grant::check_group,
    task::{
        engine::Engine,
        execution::{self, Fault, Order},
        state::RunningState,
    },
};

/// The hash of no touched contracts, and of no effects.
const NONE: Hash = [0; 32];

/// Executes one task on the contract's pending state.
pub fn execute_task(
    worker: &mut Worker,
    own: &NodeKeys,
    engine: &mut dyn Engine,
    epoch: u64,
    task: &m::Task,
) -> m::TaskResult {
    let record = match TaskRecord::decode(&task.record) {
        Ok(record) => record,
        // Without a record there is no task id; the hash of what came instead tells the host which task is meant.
        Err(error) => return refused(keccak256(&task.record), error.into()),
    };
    let task_id = record.task_id(&worker.network);
    match execute(worker, own, engine, epoch, task, &record, task_id) {
        Ok(result) => result,
        Err(error) => refused(task_id, error),
    }
}

fn refused(task_id: Hash, error: EcallError) -> m::TaskResult {
    let EcallError { code, sentence, data } = error;
    m::TaskResult::Refused {
        task_id: task_id.into(),
        error: m::ErrorAnswer {
            code,
            sentence,
            data: data.map(ByteBuf::from),
        },
    }
}

fn execute(
    worker: &mut Worker,
    own: &NodeKeys,
    engine: &mut dyn Engine,
    epoch: u64,
    task: &m::Task,
    record: &TaskRecord,
    task_id: Hash,
) -> Result<m::TaskResult, EcallError> {
    check_task(record, task, epoch)?;
    let (address, code_hash) = (record.secret_contract, record.code_hash);
    let order = Order {
        network: worker.network,
        record,
        task_id,
        record_hash: keccak256(&task.record),
        input: &task.input,
        user_key: &task.user_key,
        keys: worker.keys.get(&address, &code_hash, record.epoch)?,
        module: worker
            .modules
            .get(&code_hash, record.rules)
            .ok_or_else(module_missing)?,
    };
    let state_keys = worker.keys.get(&address, &code_hash, epoch)?;
    prepare_contract(&mut worker.contracts, record, &task_id)?;
    let contract = worker.contracts.get_mut(&address).ok_or_else(log_missing)?;

    let before = contract.tip();
    let state = contract.take_state();
    let execution = match execution::execute(engine, &order, state) {
        Ok(execution) => execution,
        Err((fault, Some(state))) => {
            contract.put_back(state);
            return Err(fault_error(fault));
        }
        Err((fault, None)) => {
            worker.contracts.remove(&address);
            return Err(fault_error(fault));
        }
    };
    #[cfg(feature = "debug")]
    worker
        .inspection
        .record(task_id, execution.input, execution.ending.clone(), execution.logs);

    let status = execution.ending.status();
    let seal = |index, delta: &Delta| seal_delta(&order, epoch, state_keys, index, delta);
    let entry = conclude(contract, execution.state, status, seal)?;
    let receipt = Receipt {
        task_id,
        record_hash: order.record_hash,
        epoch,
        moves: vec![Move {
            secret_contract: address,
            state_before: before,
            state_after: contract.tip(),
        }],
        output_hash: keccak256(&execution.output),
        gas_used: execution.gas_used,
        effects_hash: NONE,
        status,
    };
    let signature = own
        .signer()
        .sign(&receipt.digest(&worker.network))
        .inspect_err(|_| contract.settle(&task_id, false))?;
    let sealed = output_release::seal(
        &own.released_output_key(),
        &worker.network,
        &address,
        &task_id,
        status,
        &execution.output,
    );
    Ok(m::TaskResult::Executed {
        task_id: task_id.into(),
        receipt: ByteBuf::from(receipt.encode()),
        signature: signature.into(),
        entry: entry.map(entry_message),
        sealed_output: ByteBuf::from(sealed),
    })
}

/// Keeps the changes of a task that returned, as one entry of the log, or discards those of one that failed.
fn conclude(
    contract: &mut Contract,
    state: RunningState,
    status: ReceiptStatus,
    seal: impl FnOnce(u64, &Delta) -> Result<LogEntry, EcallError>,
) -> Result<Option<LogEntry>, EcallError> {
    if status == ReceiptStatus::Failed {
        contract.put_back(state.discard());
        return Ok(None);
    }
    let (mut state, delta, undo) = state.keep();
    match seal(contract.length(), &delta) {
        Ok(entry) => {
            contract.append(state, undo, &entry);
            Ok(Some(entry))
        }
        Err(error) => {
            state.apply(undo);
            contract.put_back(state);
            Err(error)
        }
    }
}

/// What makes the input not the record's, or the record not for now.
fn check_task(record: &TaskRecord, task: &m::Task, epoch: u64) -> Result<(), EcallError> {
    if task.input.len() > limits::ENCRYPTED_MESSAGE {
        return Err(EcallError::new(
            "input-too-large",
            "The encrypted input is larger than allowed.",
        ));
    }
    if keccak256_of(&[&task.input, &*task.user_key]) != record.input_hash {
        return Err(EcallError::new(
            "input-hash-differs",
            "The input is not the one that the record names.",
        ));
    }
    check_group(&record.secret_contract, &task.group)?;
    if record.touches_hash != NONE {
        return Err(EcallError::new(
            "touches-unsupported",
            "The task wants to call other contracts, which this enclave cannot do.",
        ));
    }
    if record.epoch > epoch {
        return Err(EcallError::new(
            "epoch-ahead",
            "The record names a later epoch than the one of execution.",
        ));
    }
    Ok(())
}

/// Makes the contract of a deployment, and refuses a call of one that is not loaded or runs other code.
fn prepare_contract(
    contracts: &mut BTreeMap<Address, Contract>,
    record: &TaskRecord,
    task_id: &Hash,
) -> Result<(), EcallError> {
    let known = contracts.get(&record.secret_contract);
    if known.is_some_and(|contract| contract.is_pending(task_id)) {
        return Err(EcallError::new(
            "task-pending",
            "The task was executed already and waits for its settlement.",
        ));
    }
    match record.kind {
        TaskKind::Deploy if known.is_some_and(|contract| contract.length() > 0) => Err(EcallError::new(
            "contract-exists",
            "The contract of the deployment has a state already.",
        )),
        TaskKind::Deploy => {
            contracts.insert(record.secret_contract, Contract::new(record.code_hash));
            Ok(())
        }
        TaskKind::Call => match known {
            Some(contract) if contract.length() == 0 => Err(log_missing()),
            Some(contract) if contract.code_hash != record.code_hash => Err(EcallError::new(
                "code-hash-differs",
                "The contract is known with another code hash.",
            )),
            Some(_) => Ok(()),
            None => Err(log_missing()),
        },
    }
}

fn seal_delta(
    order: &Order<'_>,
    epoch: u64,
    keys: &ContractKeys,
    index: u64,
    delta: &Delta,
) -> Result<LogEntry, EcallError> {
    let too_large = |_| {
        EcallError::new(
            "delta-too-large",
            "The changes of the task do not fit into one entry of the log.",
        )
    };
    let plaintext = Zeroizing::new(delta::encode(delta).map_err(too_large)?);
    let context = associated_data(
        Tag::Delta,
        &order.network,
        &order.record.secret_contract,
        &order.task_id,
        0,
    );
    let ciphertext = aead::seal_padded(&keys.state, &context, &plaintext);
    Ok(LogEntry {
        index,
        kind: EntryKind::Delta,
        task_id: order.task_id,
        epoch,
        ciphertext,
    })
}

fn entry_message(entry: LogEntry) -> m::Entry {
    let LogEntry {
        index,
        kind,
        task_id,
        epoch,
        ciphertext,
    } = entry;
    m::Entry {
        index,
        kind: kind as u8,
        task_id: task_id.into(),
        epoch,
        ciphertext: ByteBuf::from(ciphertext),
    }
}

fn module_missing() -> EcallError {
    EcallError::new("module-not-loaded", "The contract's module is not loaded.")
}

fn log_missing() -> EcallError {
    EcallError::new("log-missing", "The contract's log is not loaded.")
}

fn fault_error(fault: Fault) -> EcallError {
    match fault {
        Fault::UnknownRules => {
            EcallError::new("rules-unknown", "This enclave does not know this version of the rules.")
        }
        Fault::Engine(reason) => EcallError::new("engine-fault", &reason),
        Fault::StateLost(reason) => EcallError::new("engine-lost-state", &reason),
    }
}
