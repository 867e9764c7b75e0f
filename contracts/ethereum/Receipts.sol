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
    Slot,
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
        bytes32 domainSeparator;
        address signer;
        address group;
        bool selected;
    }

    /// @inheritdoc IEnigma
    function commitReceipts(Commitment[] calldata commitments) external {
        // solhint-disable-next-line avoid-tx-origin
        if (msg.sender != tx.origin || msg.sender.code.length != 0) revert PlainAccountRequired();
        Account storage account = _accounts[msg.sender];
        Batch memory batch;
        (batch.epoch,, batch.totalStake) = _rulingEpoch();
        batch.seed = _epochs[batch.epoch].seed;
        batch.domainSeparator = _domainSeparatorV4();
        batch.signer = account.signer;
        uint256 fees = 0;
        for (uint256 i = 0; i < commitments.length; ++i) {
            Commitment calldata commitment = commitments[i];
            unchecked {
                // What is paid was held in escrow: the sum fits 96 bits.
                fees += _commit(commitment.record, commitment.receipt, commitment.signature, batch);
            }
        }
        if (fees != 0) _credit(msg.sender, fees);
    }

    /// @return fee What the worker has earned; nothing for a receipt that is refused.
    function _commit(
        TaskRecord calldata record,
        Receipt calldata receipt,
        bytes calldata signature,
        Batch memory batch
    ) private returns (uint256 fee) {
        bytes32 taskId = taskIdOf(record.sender, record.nonce);
        if (receipt.moves.length != 1) return _refuse(taskId, MovesInvalid.selector);
        Move calldata move = receipt.moves[0];
        bytes32 receiptHash = TaskHashing.receiptHash(receipt, move);

        Slot storage slot = _taskSlots[taskId];
        Slot storage tip = _tips[record.secretContract];
        bytes4 refusal = _examine(taskId, record, receipt, move, batch);
        if (receipt.recordHash != slot.value || TaskHashing.recordHash(record) != slot.value) {
            refusal = _mismatch(slot.value, receiptHash);
        } else if (refusal == 0) {
            refusal = move.stateBefore != tip.value
                ? StateMismatch.selector
                : _examineSignature(receiptHash, signature, batch);
        }
        if (refusal != 0) return _refuse(taskId, refusal);

        uint256 status = receipt.status;
        slot.value = TaskHashing.outcome(status, receiptHash);
        if (status == STATUS_COMMITTED) {
            tip.value = move.stateAfter;
            if (record.kind == KIND_DEPLOY) _deploy(taskId, record.secretContract, record.codeHash);
        }
        _announce(taskId, receipt, move, receiptHash);
        return _share(record, receipt.gasUsed);
    }

    /// @dev What record and receipt say of themselves and each other.
    function _examine(
        bytes32 taskId,
        TaskRecord calldata record,
        Receipt calldata receipt,
        Move calldata move,
        Batch memory batch
    ) private view returns (bytes4) {
        if (receipt.taskId != taskId) return RecordMismatch.selector;
        if (receipt.epoch != batch.epoch) return ReceiptEpochWrong.selector;
        if (!_isSelected(_groupOf(record.secretContract), batch)) return WorkerNotSelected.selector;
        uint256 status = receipt.status;
        if (status != STATUS_COMMITTED && status != STATUS_FAILED) return StatusInvalid.selector;
        if (receipt.gasUsed > record.gasLimit) return GasAboveLimit.selector;
        if (receipt.effectsHash != 0) return EffectsUnsupported.selector;
        if (move.secretContract != record.secretContract) return MovesInvalid.selector;
        if ((move.stateAfter != move.stateBefore) != (status == STATUS_COMMITTED)) return MovesInvalid.selector;
        return 0;
    }

    /// @dev Gives the sender back what was not spent; returns what was.
    function _share(TaskRecord calldata record, uint256 gasUsed) private returns (uint256 fee) {
        uint256 gasPrice = record.gasPrice;
        unchecked {
            // gasUsed ≤ gasLimit was checked, and gasLimit × gasPrice was in the sender's balance.
            fee = gasUsed * gasPrice;
            uint256 unspent = record.gasLimit * gasPrice - fee;
            if (unspent != 0) _credit(record.sender, unspent);
        }
    }

    function _announce(bytes32 taskId, Receipt calldata receipt, Move calldata move, bytes32 receiptHash) private {
        emit TaskSettled(
            taskId,
            move.secretContract,
            receipt.status,
            receiptHash,
            move.stateAfter,
            receipt.outputHash,
            receipt.gasUsed
        );
    }

    function _refuse(bytes32 taskId, bytes4 reason) private returns (uint256) {
        emit ReceiptRefused(taskId, reason);
        return 0;
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
            batch.selected = false;
            if (batch.totalStake != 0) {
                uint256 drawn = _draw(batch.seed, group, batch.totalStake);
                Share storage share = _shares[batch.epoch][msg.sender];
                batch.selected = share.start <= drawn && drawn < share.end;
            }
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
