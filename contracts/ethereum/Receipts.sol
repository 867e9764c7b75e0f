// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

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
import {EnclaveSignature} from "./EnclaveSignature.sol";
import {IEnigma} from "./IEnigma.sol";
import {MoveWords, RawWords, ReceiptWords, RecordWords} from "./RawWords.sol";
import {TaskHashing} from "./TaskHashing.sol";
import {Tasks} from "./Tasks.sol";

/// @title Settlement of tasks by the receipts of their enclaves
/// @notice A receipt settles a task if the sender is the worker selected now, its enclave signed it in this epoch, and it
/// leads on from the contract's tip. What is the same for a whole batch (epoch, seed, signer) is read once. Nothing is
/// called but the creation of an account, whose code is ours, so that nothing can re-enter.
abstract contract Receipts is Tasks {
    using RawWords for TaskRecord;
    using RawWords for Receipt;
    using RawWords for Move;

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

    /// @notice Settles one task, or refuses its receipt.
    /// @return fee What the worker has earned; nothing for a receipt that is refused.
    function _commit(
        TaskRecord calldata record,
        Receipt calldata receipt,
        bytes calldata signature,
        Batch memory batch
    ) private returns (uint256 fee) {
        bytes32 taskId = TaskHashing.taskId(address(this), record.words().sender, record.nonce);
        Move[] calldata moves = receipt.moves;
        if (moves.length != 1) return _refuse(taskId, MovesInvalid.selector);
        Move calldata move = moves[0];
        bytes32 receiptHash = TaskHashing.receiptHash(receipt, move);

        Slot storage slot = _taskSlots[taskId];
        if (receipt.recordHash != slot.value || TaskHashing.recordHash(record) != slot.value) {
            return _refuse(taskId, _mismatch(slot.value, receiptHash));
        }
        address secretContract = address(uint160(record.words().secretContract));
        Slot storage tip = _tips[secretContract];
        bytes4 refusal = receipt.taskId != taskId
            ? RecordMismatch.selector
            : _examine(record.words(), receipt.words(), move.words(), batch);
        if (refusal == 0 && move.stateBefore != tip.value) refusal = StateMismatch.selector;
        if (refusal == 0) refusal = _examineSignature(receiptHash, signature, batch);
        if (refusal != 0) return _refuse(taskId, refusal);

        uint256 status = receipt.words().status;
        slot.value = TaskHashing.outcome(status, receiptHash);
        if (status == STATUS_COMMITTED) {
            tip.value = move.stateAfter;
            if (record.words().kind == KIND_DEPLOY) _deploy(taskId, secretContract, record.codeHash);
        }
        uint256 gasUsed = receipt.words().gasUsed;
        emit TaskSettled(
            taskId, secretContract, uint8(status), receiptHash, move.stateAfter, receipt.outputHash, uint64(gasUsed)
        );
        return _share(record.words(), gasUsed);
    }

    /// @dev What record and receipt say of themselves and each other. The record is known to be the recorded one.
    function _examine(
        RecordWords calldata record,
        ReceiptWords calldata receipt,
        MoveWords calldata move,
        Batch memory batch
    ) private view returns (bytes4) {
        if (receipt.epoch != batch.epoch) return ReceiptEpochWrong.selector;
        uint256 secretContract = record.secretContract;
        if (!_isSelected(_groupOf(address(uint160(secretContract))), batch)) return WorkerNotSelected.selector;
        uint256 status = receipt.status;
        if (status != STATUS_COMMITTED && status != STATUS_FAILED) return StatusInvalid.selector;
        if (receipt.gasUsed > record.gasLimit) return GasAboveLimit.selector;
        if (receipt.effectsHash != 0) return EffectsUnsupported.selector;
        if (move.secretContract != secretContract) return MovesInvalid.selector;
        if ((move.stateAfter != move.stateBefore) != (status == STATUS_COMMITTED)) return MovesInvalid.selector;
        return 0;
    }

    /// @dev Gives the sender back what was not spent; returns what was.
    function _share(RecordWords calldata record, uint256 gasUsed) private returns (uint256 fee) {
        uint256 gasPrice = record.gasPrice;
        unchecked {
            // gasUsed ≤ gasLimit was checked, and gasLimit × gasPrice was in the sender's balance.
            fee = gasUsed * gasPrice;
            uint256 unspent = record.gasLimit * gasPrice - fee;
            if (unspent != 0) _credit(address(uint160(record.sender)), unspent);
        }
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
        bytes32 digest = MessageHashUtils.toTypedDataHash(batch.domainSeparator, receiptHash);
        (address signer, bool highS) = EnclaveSignature.recover(digest, signature);
        if (highS) return SignatureHighS.selector;
        // A sender that is no worker has the zero address for its signer, and so has a signature that is not valid.
        return signer == batch.signer && signer != address(0) ? bytes4(0) : SignatureInvalid.selector;
    }
}
