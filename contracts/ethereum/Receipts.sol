// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
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
            signer: _accounts[msg.sender].signer,
            group: address(0),
            selected: false
        });
        uint256 fees = 0;
        for (uint256 i = 0; i < commitments.length; ++i) {
            fees += _commit(commitments[i], batch);
        }
        if (fees != 0) _credit(msg.sender, fees);
    }

    /// @return fee What the worker has earned; nothing for a receipt that is refused.
    function _commit(Commitment calldata commitment, Batch memory batch) private returns (uint256 fee) {
        TaskRecord calldata record = commitment.record;
        Receipt calldata receipt = commitment.receipt;
        bytes32 taskId = taskIdOf(record.sender, record.nonce);
        bytes4 refusal = _refuseForm(record, receipt);
        if (refusal != 0) return _refuse(taskId, refusal);
        bytes32 receiptHash = TaskHashing.receiptHash(receipt);
        refusal = _refuseTask(taskId, record, receipt, receiptHash);
        if (refusal == 0) refusal = _refuseWorker(record.secretContract, receipt.epoch, batch);
        if (refusal == 0) refusal = _refuseState(receipt);
        if (refusal == 0) refusal = _refuseSignature(receiptHash, commitment.signature, batch.signer);
        if (refusal != 0) return _refuse(taskId, refusal);
        return _settle(taskId, record, receipt, receiptHash);
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
            if (record.kind == KIND_DEPLOY) _deploy(taskId, secretContract, record.codeHash, record.rules);
        }
        uint256 gasUsed = receipt.gasUsed;
        uint256 unspent = (record.gasLimit - gasUsed) * record.gasPrice;
        if (unspent != 0) _credit(record.sender, unspent);
        emit TaskSettled(
            taskId, secretContract, status, receiptHash, stateAfter, receipt.outputHash, uint64(gasUsed)
        );
        return gasUsed * record.gasPrice;
    }

    function _refuse(bytes32 taskId, bytes4 reason) private returns (uint256) {
        emit ReceiptRefused(taskId, reason);
        return 0;
    }

    function _refuseForm(TaskRecord calldata record, Receipt calldata receipt) private pure returns (bytes4) {
        uint8 status = receipt.status;
        if (status != STATUS_COMMITTED && status != STATUS_FAILED) return StatusInvalid.selector;
        if (receipt.gasUsed > record.gasLimit) return GasAboveLimit.selector;
        if (receipt.effectsHash != 0) return EffectsUnsupported.selector;
        if (receipt.moves.length != 1) return MovesInvalid.selector;
        Move calldata move = receipt.moves[0];
        if (move.secretContract != record.secretContract) return MovesInvalid.selector;
        bool moved = move.stateAfter != move.stateBefore;
        if (moved != (status == STATUS_COMMITTED)) return MovesInvalid.selector;
        return 0;
    }

    function _refuseTask(bytes32 taskId, TaskRecord calldata record, Receipt calldata receipt, bytes32 receiptHash)
        private
        view
        returns (bytes4)
    {
        bytes32 slot = taskSlots[taskId];
        bytes32 recordHash = TaskHashing.recordHashCalldata(record);
        if (slot == recordHash) {
            bool same = receipt.taskId == taskId && receipt.recordHash == recordHash;
            return same ? bytes4(0) : RecordMismatch.selector;
        }
        if (slot == 0) return RecordUnknown.selector;
        bool settled = slot == TaskHashing.outcome(STATUS_COMMITTED, receiptHash)
            || slot == TaskHashing.outcome(STATUS_FAILED, receiptHash)
            || slot == TaskHashing.outcome(STATUS_CALLBACK_FAILED, receiptHash) || slot == TaskHashing.refundOutcome();
        return settled ? TaskAlreadySettled.selector : RecordMismatch.selector;
    }

    function _refuseWorker(address secretContract, uint256 epoch, Batch memory batch) private view returns (bytes4) {
        if (epoch != batch.epoch) return ReceiptEpochWrong.selector;
        address group = _groupOf(secretContract);
        if (group != batch.group) {
            batch.group = group;
            batch.selected =
                _select(batch.epoch, batch.seed, batch.totalStake, batch.workerCount, group) == msg.sender;
        }
        return batch.selected ? bytes4(0) : WorkerNotSelected.selector;
    }

    function _refuseState(Receipt calldata receipt) private view returns (bytes4) {
        Move calldata move = receipt.moves[0];
        return move.stateBefore == tips[move.secretContract] ? bytes4(0) : StateMismatch.selector;
    }

    function _refuseSignature(bytes32 receiptHash, bytes calldata signature, address expected)
        private
        view
        returns (bytes4)
    {
        (address signer, ECDSA.RecoverError problem,) =
            ECDSA.tryRecoverCalldata(_hashTypedDataV4(receiptHash), signature);
        if (problem == ECDSA.RecoverError.InvalidSignatureS) return SignatureHighS.selector;
        if (problem != ECDSA.RecoverError.NoError || signer != expected) return SignatureInvalid.selector;
        return 0;
    }
}
