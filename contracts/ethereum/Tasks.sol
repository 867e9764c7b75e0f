// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Epochs} from "./Epochs.sol";
import {KIND_CALL, KIND_DEPLOY, TaskOrder, TaskRecord} from "./EnigmaTypes.sol";
import {IEnigma} from "./IEnigma.sol";
import {SecretContracts} from "./SecretContracts.sol";
import {TaskHashing} from "./TaskHashing.sol";

/// @title Records of tasks, and refunds of those that nobody settled
/// @notice One slot tells a task's whole story: zero, the hash of its record, the outcome. The escrow is not stored: it is
/// gasLimit × gasPrice of the record, which whoever settles or refunds must show.
abstract contract Tasks is Epochs, SecretContracts {
    /// @notice Blocks of a new epoch in which records may still name the one before.
    uint256 public immutable EPOCH_GRACE_BLOCKS;

    /// @notice Blocks after its record from which on a task that is not settled is refunded.
    uint256 public immutable TASK_TIMEOUT_BLOCKS;

    /// @inheritdoc IEnigma
    mapping(bytes32 taskId => bytes32) public taskSlots;

    constructor(uint256 epochGraceBlocks, uint256 taskTimeoutBlocks) {
        EPOCH_GRACE_BLOCKS = epochGraceBlocks;
        TASK_TIMEOUT_BLOCKS = taskTimeoutBlocks;
    }

    /// @inheritdoc IEnigma
    function createRecord(TaskOrder calldata order) external returns (bytes32 taskId) {
        uint256 balance = _accounts[msg.sender].balance;
        uint256 escrow;
        (taskId, escrow) = _createRecord(order, _rulingEpoch(), balance);
        _accounts[msg.sender].balance = uint96(balance - escrow);
    }

    /// @inheritdoc IEnigma
    function createRecords(TaskOrder[] calldata orders) external {
        RulingEpoch memory ruling = _rulingEpoch();
        uint256 balance = _accounts[msg.sender].balance;
        for (uint256 i = 0; i < orders.length; ++i) {
            (, uint256 escrow) = _createRecord(orders[i], ruling, balance);
            balance -= escrow;
        }
        _accounts[msg.sender].balance = uint96(balance);
    }

    /// @inheritdoc IEnigma
    function refund(TaskRecord calldata record) external {
        bytes32 taskId = taskIdOf(record.sender, record.nonce);
        bytes32 slot = taskSlots[taskId];
        if (slot == 0) revert RecordUnknown();
        if (slot == TaskHashing.refundOutcome()) revert TaskAlreadySettled();
        if (slot != TaskHashing.recordHashCalldata(record)) revert RecordMismatch();
        uint256 firstBlock = record.blockNumber + TASK_TIMEOUT_BLOCKS;
        if (block.number < firstBlock) revert RefundTooEarly(uint64(firstBlock));
        taskSlots[taskId] = TaskHashing.refundOutcome();
        uint256 amount = uint256(record.gasLimit) * record.gasPrice;
        _credit(record.sender, amount);
        emit TaskRefunded(taskId, amount);
    }

    /// @inheritdoc IEnigma
    function taskIdOf(address sender, uint256 nonce) public view returns (bytes32) {
        return TaskHashing.taskId(address(this), sender, nonce);
    }

    function _createRecord(TaskOrder calldata order, RulingEpoch memory ruling, uint256 balance)
        private
        returns (bytes32 taskId, uint256 escrow)
    {
        _checkEpoch(order.epoch, ruling);
        if (order.touchesHash != 0) revert TouchesUnsupported();
        if (order.callGasLimit != 0) revert CallsUnsupported();
        if (order.gasLimit == 0) revert GasLimitZero();
        escrow = uint256(order.gasLimit) * order.gasPrice;
        if (escrow > balance) revert BalanceTooLow(balance, escrow);
        taskId = taskIdOf(msg.sender, order.nonce);
        if (taskSlots[taskId] != 0) revert NonceUsed(taskId);
        (bytes32 codeHash, uint32 rules) = _codeOf(order, taskId);

        TaskRecord memory record = TaskRecord({
            sender: msg.sender,
            nonce: order.nonce,
            kind: order.kind,
            secretContract: order.secretContract,
            codeHash: codeHash,
            inputHash: order.inputHash,
            touchesHash: 0,
            gasLimit: order.gasLimit,
            gasPrice: order.gasPrice,
            callGasLimit: 0,
            blockNumber: uint64(block.number),
            timestamp: uint64(block.timestamp),
            parentHash: blockhash(block.number - 1),
            epoch: order.epoch,
            rules: rules
        });
        taskSlots[taskId] = TaskHashing.recordHash(record);
        emit RecordCreated(taskId, msg.sender, order.secretContract, record);
    }

    function _checkEpoch(uint256 epoch, RulingEpoch memory ruling) private view {
        if (epoch > ruling.number || epoch == 0) revert EpochUnknown(uint64(ruling.number));
        if (epoch < ruling.number) {
            bool inGrace = epoch + 1 == ruling.number && block.number < ruling.firstBlock + EPOCH_GRACE_BLOCKS;
            if (!inGrace) revert EpochTooOld(uint64(ruling.number));
        }
        if (ruling.totalStake == 0) revert NoWorkers();
    }

    /// @dev Code and rules that the task runs with; refuses a contract that does not fit the kind.
    function _codeOf(TaskOrder calldata order, bytes32 taskId) private view returns (bytes32 codeHash, uint32 rules) {
        if (order.kind == KIND_CALL) {
            if (order.codeHash != 0) revert CodeHashWrong();
            Deployment storage deployment = _deployments[order.secretContract];
            codeHash = deployment.codeHash;
            if (codeHash == 0) revert ContractUnknown(order.secretContract);
            return (codeHash, deployment.rules);
        }
        if (order.kind != KIND_DEPLOY) revert KindUnknown(order.kind);
        if (order.codeHash == 0) revert CodeHashWrong();
        address expected = contractAddress(taskId);
        if (order.secretContract != expected) revert ContractAddressWrong(expected);
        return (order.codeHash, RULES);
    }
}
