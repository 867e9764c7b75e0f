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
        if (slot != TaskHashing.recordHash(record)) revert RecordMismatch();
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
        if (order.epoch != ruling.number) _checkGrace(order.epoch, ruling);
        if (ruling.totalStake == 0) revert NoWorkers();
        if (order.touchesHash != 0) revert TouchesUnsupported();
        if (order.callGasLimit != 0) revert CallsUnsupported();
        if (order.gasLimit == 0) revert GasLimitZero();
        unchecked {
            // 64 and 128 bits: the product fits.
            escrow = uint256(order.gasLimit) * order.gasPrice;
        }
        if (escrow > balance) revert BalanceTooLow(balance, escrow);
        taskId = taskIdOf(msg.sender, order.nonce);
        if (taskSlots[taskId] != 0) revert NonceUsed(taskId);
        taskSlots[taskId] = _announce(taskId, order, _codeOf(order, taskId));
    }

    /// @dev Makes the record of the order, emits it, and returns its hash. The first nine fields of an order are the
    /// second to tenth of a record, and `RecordCreated` carries the record as it is hashed: one copy serves all.
    function _announce(bytes32 taskId, TaskOrder calldata order, bytes32 codeHash)
        private
        returns (bytes32 recordHash)
    {
        bytes32 topic = RecordCreated.selector;
        uint256 rules = RULES;
        address secretContract = order.secretContract;
        uint256 epoch = order.epoch;
        assembly ("memory-safe") {
            let record := mload(0x40)
            mstore(record, caller())
            calldatacopy(add(record, 0x20), order, 0x120)
            mstore(add(record, 0x80), codeHash)
            mstore(add(record, 0x140), number())
            mstore(add(record, 0x160), timestamp())
            mstore(add(record, 0x180), blockhash(sub(number(), 1)))
            mstore(add(record, 0x1a0), epoch)
            mstore(add(record, 0x1c0), rules)
            recordHash := keccak256(record, 0x1e0)
            log4(record, 0x1e0, topic, taskId, caller(), secretContract)
        }
    }

    /// @dev The epoch before the ruling one is good for some blocks.
    function _checkGrace(uint256 epoch, RulingEpoch memory ruling) private view {
        if (epoch > ruling.number || epoch == 0) revert EpochUnknown(uint64(ruling.number));
        bool inGrace = epoch + 1 == ruling.number && block.number < ruling.firstBlock + EPOCH_GRACE_BLOCKS;
        if (!inGrace) revert EpochTooOld(uint64(ruling.number));
    }

    /// @dev Code that the task runs; refuses a contract that does not fit the kind.
    function _codeOf(TaskOrder calldata order, bytes32 taskId) private view returns (bytes32 codeHash) {
        if (order.kind == KIND_CALL) {
            if (order.codeHash != 0) revert CodeHashWrong();
            codeHash = _codeHashes[order.secretContract];
            if (codeHash == 0) revert ContractUnknown(order.secretContract);
            return codeHash;
        }
        if (order.kind != KIND_DEPLOY) revert KindUnknown(order.kind);
        if (order.codeHash == 0) revert CodeHashWrong();
        address expected = contractAddress(taskId);
        if (order.secretContract != expected) revert ContractAddressWrong(expected);
        return order.codeHash;
    }
}
