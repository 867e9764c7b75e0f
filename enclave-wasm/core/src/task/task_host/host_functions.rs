//! What a running contract asks of the host.

use enigma_metering::{BeginCall, HostError, HostFunctions, RunOutcome, TrapCode};

use super::{TaskHost, no_call};
use crate::{
    crypto::{host_functions, keccak::keccak256, random_stream::RandomStream, session_keys},
    format::{
        bytes::Hash,
        effect::{Effect, EffectKind},
        ending::Ending,
        event::{PrivateEvent, TO_USER, public_event},
        receipt::ReceiptStatus,
    },
};

fn length_fault() -> HostError {
    HostError::Fault("the engine passed an argument of the wrong length".into())
}

impl HostFunctions for TaskHost {
    fn storage_get(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, HostError> {
        Ok(self.stored(key).map(<[u8]>::to_vec))
    }

    fn storage_set(&mut self, key: &[u8], value: &[u8]) -> Result<(), HostError> {
        self.store(key, Some(value.to_vec()))
    }

    fn storage_remove(&mut self, key: &[u8]) -> Result<(), HostError> {
        self.store(key, None)
    }

    fn storage_next_key(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, HostError> {
        Ok(self.key_after(key).map(<[u8]>::to_vec))
    }

    fn sender(&mut self) -> Result<Vec<u8>, HostError> {
        let caller = self.stores.open_calls().rev().nth(1);
        let caller = caller.and_then(|index| self.contracts.get(index));
        Ok(caller.map_or(self.facts.sender, |caller| caller.address).to_vec())
    }

    fn self_address(&mut self) -> Result<Vec<u8>, HostError> {
        Ok(self.running()?.address.to_vec())
    }

    fn task_id(&mut self) -> Result<Vec<u8>, HostError> {
        Ok(self.facts.task_id.to_vec())
    }

    fn epoch(&mut self) -> Result<u64, HostError> {
        Ok(self.facts.epoch)
    }

    fn block_number(&mut self) -> Result<u64, HostError> {
        Ok(self.facts.block_number)
    }

    fn block_timestamp(&mut self) -> Result<u64, HostError> {
        Ok(self.facts.timestamp)
    }

    fn random(&mut self, length: u32) -> Result<Vec<u8>, HostError> {
        let exhausted = || HostError::Fault("the task's random stream is exhausted".into());
        let (drawn_for, view) = (self.facts.record_hash, self.facts.view);
        let running = self.stores.open_calls().next_back();
        let running = running
            .and_then(|index| self.contracts.get_mut(index))
            .ok_or_else(no_call)?;
        let keys = &running.keys;
        let stream = running.random.get_or_insert_with(|| match view {
            true => RandomStream::of_view(&keys.randomness, &drawn_for),
            false => RandomStream::of_task(&keys.randomness, &drawn_for),
        });
        stream
            .next(usize::try_from(length).map_err(|_| exhausted())?)
            .map_err(|_| exhausted())
    }

    fn keccak256(&mut self, data: &[u8]) -> Result<Vec<u8>, HostError> {
        Ok(keccak256(data).to_vec())
    }

    fn sha256(&mut self, data: &[u8]) -> Result<Vec<u8>, HostError> {
        Ok(host_functions::sha256(data).to_vec())
    }

    fn secp256k1_recover(&mut self, hash: &[u8], signature: &[u8]) -> Result<Option<Vec<u8>>, HostError> {
        Ok(host_functions::secp256k1_recover(hash, signature))
    }

    fn ed25519_verify(&mut self, public_key: &[u8], message: &[u8], signature: &[u8]) -> Result<u32, HostError> {
        Ok(u32::from(host_functions::ed25519_verify(
            public_key, message, signature,
        )))
    }

    fn aead_seal(&mut self, key: &[u8], associated_data: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, HostError> {
        host_functions::aead_seal(key, associated_data, plaintext).ok_or_else(length_fault)
    }

    fn aead_open(
        &mut self,
        key: &[u8],
        associated_data: &[u8],
        ciphertext: &[u8],
    ) -> Result<Option<Vec<u8>>, HostError> {
        Ok(host_functions::aead_open(key, associated_data, ciphertext))
    }

    fn x25519_public_key(&mut self, secret_key: &[u8]) -> Result<Vec<u8>, HostError> {
        host_functions::x25519_public_key(secret_key).ok_or_else(length_fault)
    }

    fn x25519_shared_secret(&mut self, secret_key: &[u8], public_key: &[u8]) -> Result<Option<Vec<u8>>, HostError> {
        Ok(host_functions::x25519_shared_secret(secret_key, public_key))
    }

    fn begin_call(&mut self, contract: &[u8]) -> Result<BeginCall, HostError> {
        match self.called(contract) {
            Ok((index, module)) => {
                self.stores.begin(index);
                self.effects_before.push(self.effects.count());
                Ok(BeginCall::Run { module })
            }
            Err(ending) => Ok(BeginCall::Refused(ending.plaintext().unwrap_or_default())),
        }
    }

    fn end_call(&mut self, outcome: &RunOutcome) -> Result<Vec<u8>, HostError> {
        let effects = self.effects_before.pop().ok_or_else(no_call)?;
        let ending = Ending::of_run(outcome, self.stores.is_too_much())
            .ok_or_else(|| HostError::Fault("a called contract was not run".into()))?;
        let kept = ending.status() == ReceiptStatus::Committed;
        self.stores.end(kept);
        if !kept {
            self.effects.truncate(effects);
        }
        Ok(ending.plaintext().unwrap_or_default())
    }

    fn call_ethereum(&mut self, required: bool, target: &[u8], value: &[u8], calldata: &[u8]) -> Result<(), HostError> {
        self.refuse_in_view()?;
        let effect = Effect {
            kind: if required {
                EffectKind::RequiredCall
            } else {
                EffectKind::BestEffortCall
            },
            source: self.running()?.address,
            target: target.try_into().map_err(|_| length_fault())?,
            value: value.try_into().map_err(|_| length_fault())?,
            data: calldata.to_vec(),
        };
        self.queue(effect)
    }

    fn emit_event(&mut self, topics: &[u8], data: &[u8]) -> Result<(), HostError> {
        self.refuse_in_view()?;
        let event = public_event(&self.running()?.address, topics, data);
        self.queue(event)
    }

    fn emit_private_event(&mut self, recipient: &[u8], data: &[u8]) -> Result<(), HostError> {
        self.refuse_in_view()?;
        let named: Option<Hash> = match recipient {
            [] => None,
            key => Some(key.try_into().map_err(|_| length_fault())?),
        };
        let Some(key) = named.or(self.facts.user_key) else {
            return Ok(());
        };
        let running = self.running()?;
        // The user's own key was found usable before the task ran.
        let session = session_keys::server_session(&running.keys.input_output, &key)
            .map_err(|_| HostError::Trap(TrapCode::HostArgument))?;
        let event = PrivateEvent {
            network: &self.facts.network,
            source: &running.address,
            task_id: &self.facts.task_id,
            epoch: self.facts.epoch,
            recipient: &named.unwrap_or(TO_USER),
            index: self.effects.next_index(),
        };
        let event = event.seal(&session.send, data);
        self.queue(event)
    }

    #[cfg(feature = "debug")]
    fn debug_log(&mut self, message: &[u8]) -> Result<(), HostError> {
        self.logs.push(message);
        Ok(())
    }

    /// The release enclave keeps nothing that only a developer may read.
    #[cfg(not(feature = "debug"))]
    fn debug_log(&mut self, _message: &[u8]) -> Result<(), HostError> {
        Ok(())
    }
}
