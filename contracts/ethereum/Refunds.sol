// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Epochs} from "./Epochs.sol";
import {KIND_ORDERED, KIND_POSTED, Slot, TaskRecord} from "./EnigmaTypes.sol";
import {IEnigmaNetwork} from "./IEnigmaNetwork.sol";
import {TaskHashing} from "./TaskHashing.sol";

/// @title Refunds of tasks that nobody settled, and what that costs their workers
/// @notice Of most tasks only the input's hash is on chain, so nobody can tell whether the user ever sent it, and nobody pays
/// for its time-out. The input of a posted or ordered task is there for all to see.
abstract contract Refunds is Epochs {
    /// @dev A worker loses this many times the escrow of a posted task that it lets time out.
    uint256 internal constant PENALTY_FACTOR = 2;

    /// @inheritdoc IEnigmaNetwork
    function refund(TaskRecord calldata record) external {
        bytes32 taskId = TaskHashing.taskId(address(this), uint160(record.sender), record.nonce);
        Slot storage slot = _taskSlots[taskId];
        if (slot.value == 0) revert RecordUnknown();
        if (slot.value == TaskHashing.refundOutcome()) revert TaskAlreadySettled();
        if (slot.value != TaskHashing.recordHash(record)) revert RecordMismatch();
        uint256 firstBlock = record.blockNumber + TASK_TIMEOUT_BLOCKS;
        if (block.number < firstBlock) revert RefundTooEarly(uint64(firstBlock));
        slot.value = TaskHashing.refundOutcome();
        uint256 amount = _escrow(record.gasLimit, record.gasPrice, record.callGasLimit);
        _credit(record.sender, amount);
        emit TaskRefunded(taskId, amount);
        if (record.kind == KIND_POSTED || record.kind == KIND_ORDERED) _penalise(taskId, record, amount);
    }

    function _penalise(bytes32 taskId, TaskRecord calldata record, uint256 escrow) private {
        address negligent = _answerable(record);
        if (negligent == address(0)) return;
        uint256 amount = _seize(negligent, PENALTY_FACTOR * escrow);
        if (amount == 0) return;
        emit WorkerPenalised(negligent, taskId, amount);
        _burn(amount);
    }

    /// @dev The worker that had at least half of a task's time to settle it; zero if none had so much.
    function _answerable(TaskRecord calldata record) private view returns (address) {
        uint256 start = record.blockNumber;
        uint256 end = start + TASK_TIMEOUT_BLOCKS;
        uint256 number = _epochAt(start + TASK_TIMEOUT_BLOCKS / 2);
        if (number == 0) return address(0);
        uint256 from = _epochs[number].firstBlock;
        uint256 to = number == _head.number ? end : _epochs[number + 1].firstBlock;
        if (from < start) from = start;
        if (to > end) to = end;
        if ((to - from) * 2 < TASK_TIMEOUT_BLOCKS) return address(0);
        return _selected(number, _groupOf(record.secretContract));
    }
}
