//! Views: what a contract answers on its committed state, to whom its user's account allows it, outside of any task.

use enigma_metering::Entry;
use serde_bytes::ByteBuf;

use super::{
    Worker,
    contract::Contract,
    faults::{fault_error, input_too_large, log_missing, module_missing},
};
use crate::{
    crypto::{
        aead,
        contract_keys::ContractKeys,
        keccak::{keccak256, keccak256_of},
        session_keys, signing,
    },
    ecall::{EcallError, messages as m, node_keys::NodeKeys},
    format::{
        associated_data::associated_data,
        bytes::{Hash, KeyOwner, Network},
        eip712,
        ending::Ending,
        limits,
        tag::Tag,
        view::{ViewAnswer, ViewPermit},
    },
    task::{
        engine::Engine,
        execution::{Failure, run, seal_ending},
        task_host::{Participant, TaskFacts, TaskHost},
    },
};

/// The version of the rules that every contract of this code has.
const RULES: u32 = 1;

/// Answers a view.
///
/// # Errors
/// `permit-invalid`, `permit-expired`, `input-too-large`, `contract-keys-missing`, `log-missing`, `code-hash-differs`,
/// `group-differs`, `module-not-loaded`, `response-key-unusable`, `engine-fault`, `engine-lost-state`. All else is an ending, told to
/// the user alone.
pub fn view(
    worker: &mut Worker,
    own: &NodeKeys,
    engine: &mut dyn Engine,
    request: &m::View,
) -> Result<m::Viewed, EcallError> {
    check_permit(&worker.network, request)?;
    let owner = KeyOwner {
        secret_contract: *request.secret_contract,
        code_hash: *request.code_hash,
        group: *request.group,
    };
    worker.check_loaded(&owner)?;
    let committed = worker.committed_position(&owner)?;
    let keys = worker.keys.get(&owner, request.epoch)?;
    let known = worker.modules.get(&owner.code_hash, RULES).ok_or_else(module_missing)?;
    let module = known.compiled;
    let session = session_keys::server_session(&keys.input_output, &request.response_key).map_err(|_| {
        EcallError::new(
            "response-key-unusable",
            "The answer cannot be encrypted to the response key.",
        )
    })?;
    let item = |tag| associated_data(tag, &worker.network, &owner.secret_contract, &request.request_id, 0);
    let (input_item, output_item) = (item(Tag::ViewInput), item(Tag::ViewOutput));
    let ending = match (module, aead::open_padded(&session.receive, &input_item, &request.input)) {
        (_, Err(_)) => Ending::BadCiphertext,
        (Err(rule), _) => Ending::ModuleRefused(rule.into()),
        (Ok(module), Ok(input)) => {
            let question = Question {
                module,
                input: &input,
                facts: facts(worker.network, request),
                keys,
            };
            worker.on_committed_state(&owner, |contract| question.run(engine, contract))?
        }
    };
    let output = seal_ending(&session, &output_item, &ending.within_limit());
    let answer = ViewAnswer {
        request_id: *request.request_id,
        secret_contract: owner.secret_contract,
        tip: committed,
        block_number: request.block_number,
        output_hash: keccak256(&output),
    };
    let signature = own.signer().sign(&eip712::digest(&worker.network, &answer.hash()))?;
    Ok(m::Viewed {
        output: ByteBuf::from(output),
        tip: committed.into(),
        signature: signature.into(),
    })
}

fn check_permit(network: &Network, request: &m::View) -> Result<(), EcallError> {
    if request.input.len() > limits::ENCRYPTED_MESSAGE {
        return Err(input_too_large());
    }
    let permit = ViewPermit {
        account: *request.account,
        secret_contract: *request.secret_contract,
        input_hash: keccak256_of(&[&request.input, &*request.response_key]),
        epoch: request.epoch,
        expiry_block: request.expiry_block,
        request_id: *request.request_id,
    };
    let digest = eip712::digest(network, &permit.hash());
    if signing::recover(&digest, &*request.permit) != Some(permit.account) {
        return Err(EcallError::new(
            "permit-invalid",
            "The permit is not the account's signature of this view.",
        ));
    }
    if request.expiry_block < request.block_number {
        return Err(EcallError::new("permit-expired", "The permit of the view has expired."));
    }
    Ok(())
}

fn facts(network: Network, request: &m::View) -> TaskFacts {
    TaskFacts {
        network,
        sender: *request.account,
        task_id: *request.request_id,
        record_hash: *request.request_id,
        epoch: request.epoch,
        block_number: request.block_number,
        timestamp: request.timestamp,
        user_key: None,
        view: true,
    }
}

struct Question<'a> {
    module: u32,
    input: &'a [u8],
    facts: TaskFacts,
    keys: std::rc::Rc<ContractKeys>,
}

impl Question<'_> {
    /// Runs the view; the contract's state is in its place again afterwards, unless the engine lost it.
    fn run(self, engine: &mut dyn Engine, contract: &mut Contract) -> Result<Ending, Failure> {
        let participant = Participant {
            address: contract.owner.secret_contract,
            keys: self.keys,
            module: Ok(self.module),
            state: contract.take_state(),
        };
        let host = TaskHost::new(self.facts, vec![participant]);
        let (ending, states) = match run(engine, self.module, Entry::View, self.input, limits::VIEW_GAS, host) {
            Ok((ending, _, host)) => (Ok(ending), host.into_stores().discard()),
            Err((fault, Some(states))) => (Err((fault, Some(Vec::new()))), states),
            Err(lost) => return Err(lost),
        };
        states.into_iter().for_each(|state| contract.put_back(state));
        ending
    }
}

impl Worker {
    /// The state hash of what is committed of a contract.
    ///
    /// # Errors
    /// `log-missing` where nothing is.
    fn committed_position(&self, owner: &KeyOwner) -> Result<Hash, EcallError> {
        let pending = self.pending.committed(&owner.group, &owner.secret_contract);
        let known = self.contracts.get(&owner.secret_contract).map(Contract::position);
        let position = pending.or(known).ok_or_else(log_missing)?;
        if position.length == 0 {
            return Err(log_missing());
        }
        Ok(position.tip)
    }

    /// Lets `work` have the contract as it is committed.
    fn on_committed_state<T>(
        &mut self,
        owner: &KeyOwner,
        work: impl FnOnce(&mut Contract) -> Result<T, Failure>,
    ) -> Result<T, EcallError> {
        let contract = self.contracts.get_mut(&owner.secret_contract).ok_or_else(log_missing)?;
        self.pending.rewind(&owner.secret_contract, contract);
        match work(contract) {
            Err((fault, None)) => {
                self.forget_group(&owner.group);
                Err(fault_error(fault))
            }
            done => {
                self.pending.replay(&owner.secret_contract, contract);
                done.map_err(|(fault, _)| fault_error(fault))
            }
        }
    }
}
