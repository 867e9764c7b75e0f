// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {
    Commitment,
    KIND_DEPLOY,
    Move,
    Receipt,
    STATUS_CALLBACK_FAILED,
    STATUS_COMMITTED,
    STATUS_FAILED,
    TaskRecord
} from "./EnigmaTypes.sol";
import {IEnigma} from "./IEnigma.sol";
import {TaskHashing} from "./TaskHashing.sol";
import {Tasks} from "./Tasks.sol";

/// @title Settlement of tasks by the receipts of their enclaves
/// @notice A receipt settles a task if the sender is the worker selected now, its enclave signed it in this epoch, and it
/// leads on from the contract's tip. What is the same for a whole batch (epoch, seed, signer) is read once. Nothing is
/// called but the creation of an account, whose code is ours, so that nothing can re-enter.
abstract contract Receipts is Tasks {
    /// @dev Read once for a batch. `group` and `selected` remember the last draw.
    struct Batch {
        uint256 epoch;
        bytes32 seed;
        uint256 totalStake;
        uint256 workerCount;
        bytes32 domainSeparator;
        address signer;
        address group;
        bool selected;
    }

    /// @inheritdoc IEnigma
    function commitReceipts(Commitment[] calldata commitments) external {
        // solhint-disable-next-line avoid-tx-origin
        if (msg.sender != tx.origin || msg.sender.code.length != 0) revert PlainAccountRequired();
        RulingEpoch memory ruling = _rulingEpoch();
        Batch memory batch = Batch({
            epoch: ruling.number,
            seed: _epochs[ruling.number].seed,
            totalStake: ruling.totalStake,
            workerCount: ruling.workerCount,
            domainSeparator: _domainSeparatorV4(),
            signer: _accounts[msg.sender].signer,
            group: address(0),
            selected: false
        });
        uint256 fees = 0;
        for (uint256 i = 0; i < commitments.length; ++i) {
            Commitment calldata commitment = commitments[i];
            bytes32 taskId = taskIdOf(commitment.record.sender, commitment.record.nonce);
            (bytes4 refusal, bytes32 receiptHash) = _examine(taskId, commitment, batch);
            if (refusal == 0) fees += _settle(taskId, commitment.record, commitment.receipt, receiptHash);
            else emit ReceiptRefused(taskId, refusal);
        }
        if (fees != 0) _credit(msg.sender, fees);
    }

    /// @return refusal Selector of the error that speaks against the receipt; zero if none does.
    /// @return receiptHash Its hash, unless it is refused for its form.
    function _examine(bytes32 taskId, Commitment calldata commitment, Batch memory batch)
        private
        view
        returns (bytes4 refusal, bytes32 receiptHash)
    {
        TaskRecord calldata record = commitment.record;
        Receipt calldata receipt = commitment.receipt;
        address secretContract = record.secretContract;
        uint256 status = receipt.status;
        if (receipt.moves.length != 1) return (MovesInvalid.selector, 0);
        Move calldata move = receipt.moves[0];
        receiptHash = TaskHashing.receiptHash(receipt, move);

        bytes32 slot = taskSlots[taskId];
        if (slot != receipt.recordHash || slot != TaskHashing.recordHash(record) || receipt.taskId != taskId) {
            return (_mismatch(slot, receiptHash), receiptHash);
        }
        if (receipt.epoch != batch.epoch) return (ReceiptEpochWrong.selector, receiptHash);
        if (!_isSelected(_groupOf(secretContract), batch)) return (WorkerNotSelected.selector, receiptHash);
        if (status != STATUS_COMMITTED && status != STATUS_FAILED) return (StatusInvalid.selector, receiptHash);
        if (receipt.gasUsed > record.gasLimit) return (GasAboveLimit.selector, receiptHash);
        if (receipt.effectsHash != 0) return (EffectsUnsupported.selector, receiptHash);
        bool moved = move.stateAfter != move.stateBefore;
        if (move.secretContract != secretContract || moved != (status == STATUS_COMMITTED)) {
            return (MovesInvalid.selector, receiptHash);
        }
        if (move.stateBefore != tips[secretContract]) return (StateMismatch.selector, receiptHash);
        return (_examineSignature(receiptHash, commitment.signature, batch), receiptHash);
    }

    function _settle(bytes32 taskId, TaskRecord calldata record, Receipt calldata receipt, bytes32 receiptHash)
        private
        returns (uint256 fee)
    {
        uint8 status = receipt.status;
        address secretContract = record.secretContract;
        bytes32 stateAfter = receipt.moves[0].stateAfter;
        taskSlots[taskId] = TaskHashing.outcome(status, receiptHash);
        if (status == STATUS_COMMITTED) {
            tips[secretContract] = stateAfter;
            if (record.kind == KIND_DEPLOY) _deploy(taskId, secretContract, record.codeHash);
        }
        uint256 gasUsed = receipt.gasUsed;
        uint256 unspent;
        unchecked {
            // gasUsed ≤ gasLimit was checked, and gasLimit × gasPrice was in the sender's balance.
            unspent = (record.gasLimit - gasUsed) * record.gasPrice;
            fee = gasUsed * record.gasPrice;
        }
        if (unspent != 0) _credit(record.sender, unspent);
        emit TaskSettled(
            taskId, secretContract, status, receiptHash, stateAfter, receipt.outputHash, uint64(gasUsed)
        );
    }

    /// @dev Why a slot does not hold the record that it should.
    function _mismatch(bytes32 slot, bytes32 receiptHash) private pure returns (bytes4) {
        if (slot == 0) return RecordUnknown.selector;
        bool settled = slot == TaskHashing.outcome(STATUS_COMMITTED, receiptHash)
            || slot == TaskHashing.outcome(STATUS_FAILED, receiptHash)
            || slot == TaskHashing.outcome(STATUS_CALLBACK_FAILED, receiptHash) || slot == TaskHashing.refundOutcome();
        return settled ? TaskAlreadySettled.selector : RecordMismatch.selector;
    }

    function _isSelected(address group, Batch memory batch) private view returns (bool) {
        if (group != batch.group) {
            batch.group = group;
            batch.selected =
                _select(batch.epoch, batch.seed, batch.totalStake, batch.workerCount, group) == msg.sender;
        }
        return batch.selected;
    }

    function _examineSignature(bytes32 receiptHash, bytes calldata signature, Batch memory batch)
        private
        pure
        returns (bytes4)
    {
        if (signature.length != 65) return SignatureInvalid.selector;
        (uint8 v, bytes32 r, bytes32 s) = ECDSA.parseCalldata(signature);
        bytes32 digest = MessageHashUtils.toTypedDataHash(batch.domainSeparator, receiptHash);
        (address signer, ECDSA.RecoverError problem,) = ECDSA.tryRecover(digest, v, r, s);
        if (problem == ECDSA.RecoverError.InvalidSignatureS) return SignatureHighS.selector;
        if (problem != ECDSA.RecoverError.NoError || signer != batch.signer) return SignatureInvalid.selector;
        return 0;
    }
}
