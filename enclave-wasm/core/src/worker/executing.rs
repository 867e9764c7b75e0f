//! From a task as the host hands it in to a signed receipt, entries of logs and a sealed output.

use serde_bytes::ByteBuf;

use super::{Worker, faults::batch_full, output_release, performing::AppendedLog};
use crate::{
    crypto::keccak::keccak256,
    ecall::{EcallError, messages as m, node_keys::NodeKeys},
    format::{bytes::Hash, effect::Effect, log_entry::LogEntry, task_record::TaskRecord},
    task::engine::Engine,
};

/// Executes one task on the pending state of its contracts.
pub fn execute_task(
    worker: &mut Worker,
    own: &NodeKeys,
    engine: &mut dyn Engine,
    epoch: u64,
    task: &m::Task,
) -> m::TaskResult {
    let (record, task_id) = match identify(worker, task) {
        Ok(identified) => identified,
        Err((hash, error)) => return refused(hash, error),
    };
    match execute(worker, own, engine, epoch, task, &record, task_id) {
        Ok(result) => result,
        Err(error) => refused(task_id, error),
    }
}

/// Answers a task that is not executed because the results before it are as many as go into one answer.
pub fn put_off(worker: &Worker, task: &m::Task) -> m::TaskResult {
    match identify(worker, task) {
        Ok((_, task_id)) => refused(task_id, batch_full()),
        Err((hash, error)) => refused(hash, error),
    }
}

fn identify(worker: &Worker, task: &m::Task) -> Result<(TaskRecord, Hash), (Hash, EcallError)> {
    match TaskRecord::decode(&task.record) {
        Ok(record) => {
            let task_id = record.task_id(&worker.network);
            Ok((record, task_id))
        }
        // Without a record there is no task id; the hash of what came instead tells the host which task is meant.
        Err(error) => Err((keccak256(&task.record), error.into())),
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
    let statement = worker.perform(engine, epoch, task, record, task_id)?;
    let signed = own.signer().sign(&statement.receipt.digest(&worker.network));
    let signature = signed.inspect_err(|_| {
        worker.settle_task(&task.group, &task_id, false);
    })?;
    let sealed = output_release::seal(
        &own.released_output_key(),
        &worker.network,
        &record.secret_contract,
        &task_id,
        statement.receipt.status,
        &statement.output,
    );
    #[cfg(feature = "debug")]
    worker
        .inspection
        .record(task_id, statement.input, statement.ending, statement.lines);
    Ok(m::TaskResult::Executed {
        task_id: task_id.into(),
        receipt: ByteBuf::from(statement.receipt.encode()),
        signature: signature.into(),
        logs: statement.logs.into_iter().map(log_message).collect(),
        effects: statement.effects.into_iter().map(effect_message).collect(),
        sealed_output: ByteBuf::from(sealed),
    })
}

fn log_message(log: AppendedLog) -> m::ContractLog {
    m::ContractLog {
        secret_contract: log.secret_contract.into(),
        entries: log.entries.into_iter().map(entry_message).collect(),
    }
}

fn effect_message(effect: Effect) -> m::EffectMessage {
    m::EffectMessage {
        kind: effect.kind as u8,
        source: effect.source.into(),
        target: effect.target.into(),
        value: effect.value.into(),
        data: ByteBuf::from(effect.data),
    }
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
