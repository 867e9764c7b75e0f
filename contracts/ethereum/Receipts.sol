// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {
    Commitment,
    Effect,
    KIND_DEPLOY,
    MAX_TOUCHES,
    Move,
    Receipt,
    STATUS_CALLBACK_FAILED,
    STATUS_COMMITTED,
    STATUS_FAILED,
    Slot,
    TaskRecord
} from "./EnigmaTypes.sol";
import {EnclaveSignature} from "./EnclaveSignature.sol";
import {Effects} from "./Effects.sol";
import {IEnigmaTasks} from "./IEnigmaTasks.sol";
import {MoveWords, RawWords, ReceiptWords, RecordWords} from "./RawWords.sol";
import {TaskHashing} from "./TaskHashing.sol";

/// @title Settlement of tasks by the receipts of their enclaves
/// @notice A receipt settles a task if the sender is the worker selected now, its enclave signed it in this epoch, and it
/// leads on from the tips of all contracts that it moves. What is the same for a whole batch (epoch, seed, signer) is read
/// once; `Effects` says why a call that a task makes cannot change it.
abstract contract Receipts is Effects {
    using RawWords for Commitment;
    using RawWords for Commitment[];
    using RawWords for TaskRecord;
    using RawWords for Receipt;
    using RawWords for Move[];

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

    /// @inheritdoc IEnigmaTasks
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
        unchecked {
            // What is paid was held in escrow: the sum fits 96 bits.
            for (uint256 i = 0; i < commitments.length; ++i) fees += _commit(commitments.item(i), batch);
        }
        unchecked {
            // Added to what is there now: calls may have changed it.
            if (fees != 0) account.balance += uint96(fees);
        }
    }

    /// @notice Settles one task, or refuses its receipt.
    /// @return fee What the worker has earned; nothing for a receipt that is refused.
    function _commit(Commitment calldata commitment, Batch memory batch) private returns (uint256 fee) {
        RecordWords calldata record = commitment.record.words();
        bytes32 taskId = TaskHashing.taskId(address(this), record.sender, record.nonce);
        (Receipt calldata receipt, Move[] calldata moves, Effect[] calldata effects, bytes calldata signature) =
            commitment.parts();
        if (moves.length == 0 || moves.length > MAX_TOUCHES + 1) return _refuse(taskId, MovesInvalid.selector);
        bytes32 receiptHash = TaskHashing.receiptHash(receipt, moves);
        Slot storage slot = _taskSlots[taskId];
        bytes4 refusal = _examine(record, receipt.words(), TaskHashing.recordHash(commitment.record), taskId, slot.value, batch);
        if (refusal == 0) refusal = _examineMoves(record, moves, receipt.words().status == STATUS_COMMITTED);
        if (refusal == 0 && (receipt.effectsHash != 0 || effects.length != 0)) {
            refusal = _examineEffects(effects, receipt.effectsHash, moves, record.kind, receipt.words().status);
        }
        if (refusal == 0) refusal = _examineSignature(receiptHash, signature, batch);
        if (refusal != 0) return _refuse(taskId, refusal);

        uint256 outcome = receipt.words().status;
        uint256 callGasUsed;
        // Before any call: the task must be seen as settled by whatever is called.
        slot.value = TaskHashing.outcome(outcome, receiptHash);
        if (receipt.effectsHash != 0) {
            (outcome, callGasUsed) = _perform(taskId, commitment, outcome);
            if (outcome == STATUS_CALLBACK_FAILED) slot.value = TaskHashing.outcome(outcome, receiptHash);
        } else if (outcome == STATUS_COMMITTED) {
            _move(taskId, commitment.record, moves);
        }
        _announce(taskId, receipt.words(), moves, outcome, receiptHash);
        if (callGasUsed != 0) emit CallGasPaid(taskId, uint64(callGasUsed));
        return _share(record, receipt.words().gasUsed, callGasUsed);
    }

    /// @dev All values are known to fit their types, since a record or a signed receipt holds them.
    function _announce(
        bytes32 taskId,
        ReceiptWords calldata receipt,
        Move[] calldata moves,
        uint256 outcome,
        bytes32 receiptHash
    ) private {
        bool moved = outcome == STATUS_COMMITTED;
        MoveWords calldata move = moves.item(0);
        bytes32 topic = TaskSettled.selector;
        uint256 secretContract = move.secretContract;
        uint256 tip = moved ? move.stateAfter : move.stateBefore;
        uint256 outputHash = receipt.outputHash;
        uint256 gasUsed = receipt.gasUsed;
        assembly ("memory-safe") {
            let words := mload(0x40)
            mstore(words, outcome)
            mstore(add(words, 0x20), receiptHash)
            mstore(add(words, 0x40), tip)
            mstore(add(words, 0x60), outputHash)
            mstore(add(words, 0x80), gasUsed)
            log3(words, 0xa0, topic, taskId, secretContract)
        }
        if (!moved || moves.length == 1) return;
        for (uint256 i = 1; i < moves.length; ++i) {
            emit StateMoved(taskId, moves[i].secretContract, moves[i].stateAfter);
        }
    }

    /// @notice What record and receipt say of themselves and each other.
    /// @return Zero, or the selector of an error.
    function _examine(
        RecordWords calldata record,
        ReceiptWords calldata receipt,
        bytes32 recordHash,
        bytes32 taskId,
        bytes32 slot,
        Batch memory batch
    ) private view returns (bytes4) {
        if (receipt.recordHash != uint256(slot) || recordHash != slot) {
            return _mismatch(record, receipt, taskId, slot, recordHash);
        }
        if (receipt.taskId != uint256(taskId)) return RecordMismatch.selector;
        if (receipt.epoch != batch.epoch) return ReceiptEpochWrong.selector;
        if (!_isSelected(_groupOfTask(record), batch)) return WorkerNotSelected.selector;
        uint256 status = receipt.status;
        if (status != STATUS_COMMITTED && status != STATUS_FAILED) return StatusInvalid.selector;
        if (receipt.gasUsed > record.gasLimit) return GasAboveLimit.selector;
        return 0;
    }

    /// @dev The contracts of the record, all moved by a task that is committed and none by one that failed, from where they are.
    function _examineMoves(RecordWords calldata record, Move[] calldata moves, bool committed)
        private
        view
        returns (bytes4 refusal)
    {
        if (moves.item(0).secretContract != record.secretContract) return MovesInvalid.selector;
        uint256 touched = record.touchesHash;
        if (touched != 0 || moves.length != 1) {
            // In a deployment it is the group, and only the new contract moves.
            if (record.kind == KIND_DEPLOY) touched = 0;
            if (uint256(TaskHashing.touchesHash(moves)) != touched) return MovesInvalid.selector;
        }
        unchecked {
            uint256 i = 0;
            do {
                MoveWords calldata move = moves.item(i);
                uint256 stateBefore = move.stateBefore;
                if ((move.stateAfter != stateBefore) != committed) return MovesInvalid.selector;
                bytes32 tip = _tips[address(uint160(move.secretContract))].value;
                if (uint256(tip) != stateBefore) refusal = StateMismatch.selector;
            } while (++i < moves.length);
        }
    }

    /// @dev Gives the sender back what was not spent; returns what was.
    function _share(RecordWords calldata record, uint256 gasUsed, uint256 callGasUsed) private returns (uint256 fee) {
        // gasUsed ≤ gasLimit and callGasUsed ≤ callGasLimit, and the escrow was in the sender's balance.
        uint256 gasPrice = record.gasPrice;
        fee = _escrow(gasUsed, gasPrice, callGasUsed);
        unchecked {
            uint256 unspent = _escrow(record.gasLimit, gasPrice, record.callGasLimit) - fee;
            if (unspent != 0) _credit(address(uint160(record.sender)), unspent);
        }
    }

    function _refuse(bytes32 taskId, bytes4 reason) private returns (uint256) {
        emit ReceiptRefused(taskId, reason);
        return 0;
    }

    /// @dev Why a slot does not hold the record that it should. Once a task is settled its slot tells only one receipt from
    /// all others; but a record that the receipt names too, and that stands on the blocks of this chain as far as their
    /// hashes can be had, was recorded, and is gone because the task has ended.
    function _mismatch(
        RecordWords calldata record,
        ReceiptWords calldata receipt,
        bytes32 taskId,
        bytes32 slot,
        bytes32 recordHash
    ) private view returns (bytes4) {
        if (slot == 0) return RecordUnknown.selector;
        if (slot == TaskHashing.refundOutcome()) return TaskAlreadySettled.selector;
        bool named = receipt.recordHash == uint256(recordHash) && receipt.taskId == uint256(taskId);
        uint256 parentHash = record.blockNumber == 0 ? 0 : uint256(blockhash(record.blockNumber - 1));
        bool onThisChain = parentHash == 0 || parentHash == record.parentHash;
        return named && onThisChain ? TaskAlreadySettled.selector : RecordMismatch.selector;
    }

    /// @dev The record is known to be the recorded one: the group that a deployment names was checked then.
    function _groupOfTask(RecordWords calldata record) private view returns (address) {
        uint256 secretContract = record.secretContract;
        if (record.kind != KIND_DEPLOY) return _groupOf(address(uint160(secretContract)));
        uint256 group = record.touchesHash;
        return address(uint160(group == 0 ? secretContract : group));
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
