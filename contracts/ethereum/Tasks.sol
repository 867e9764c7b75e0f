// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Epochs} from "./Epochs.sol";
import {KIND_CALL, KIND_DEPLOY, MAX_GAS_LIMIT, Parameters, Slot, TaskOrder, TaskRecord} from "./EnigmaTypes.sol";
import {IEnigma} from "./IEnigma.sol";
import {SecretContracts} from "./SecretContracts.sol";
import {TaskHashing} from "./TaskHashing.sol";

/// @title Records of tasks, and refunds of those that nobody settled
/// @notice One slot tells a task's whole story: zero, the hash of its record, the outcome. The escrow is not stored: it is
/// gasLimit × gasPrice of the record, which whoever settles or refunds must show.
abstract contract Tasks is Epochs, SecretContracts {
    uint256 internal immutable EPOCH_GRACE_BLOCKS;
    uint256 internal immutable TASK_TIMEOUT_BLOCKS;

    mapping(bytes32 taskId => Slot) internal _taskSlots;

    constructor(uint256 epochGraceBlocks, uint256 taskTimeoutBlocks) {
        EPOCH_GRACE_BLOCKS = epochGraceBlocks;
        TASK_TIMEOUT_BLOCKS = taskTimeoutBlocks;
    }

    /// @inheritdoc IEnigma
    function createRecord(TaskOrder calldata order) external returns (bytes32 taskId) {
        (uint256 epoch, uint256 firstBlock) = _staffedEpoch();
        Account storage account = _accounts[msg.sender];
        uint256 balance = account.balance;
        uint256 escrow;
        (taskId, escrow) = _createRecord(order, epoch, firstBlock, balance);
        unchecked {
            account.balance = uint96(balance - escrow);
        }
    }

    /// @inheritdoc IEnigma
    function createRecords(TaskOrder[] calldata orders) external {
        (uint256 epoch, uint256 firstBlock) = _staffedEpoch();
        Account storage account = _accounts[msg.sender];
        uint256 balance = account.balance;
        for (uint256 i = 0; i < orders.length; ++i) {
            (, uint256 escrow) = _createRecord(orders[i], epoch, firstBlock, balance);
            unchecked {
                balance -= escrow;
            }
        }
        account.balance = uint96(balance);
    }

    /// @inheritdoc IEnigma
    function refund(TaskRecord calldata record) external {
        bytes32 taskId = taskIdOf(record.sender, record.nonce);
        Slot storage slot = _taskSlots[taskId];
        if (slot.value == 0) revert RecordUnknown();
        if (slot.value == TaskHashing.refundOutcome()) revert TaskAlreadySettled();
        if (slot.value != TaskHashing.recordHash(record)) revert RecordMismatch();
        uint256 firstBlock = record.blockNumber + TASK_TIMEOUT_BLOCKS;
        if (block.number < firstBlock) revert RefundTooEarly(uint64(firstBlock));
        slot.value = TaskHashing.refundOutcome();
        uint256 amount = uint256(record.gasLimit) * record.gasPrice;
        _credit(record.sender, amount);
        emit TaskRefunded(taskId, amount);
    }

    /// @inheritdoc IEnigma
    function taskSlots(bytes32 taskId) external view returns (bytes32) {
        return _taskSlots[taskId].value;
    }

    /// @inheritdoc IEnigma
    function parameters() external view returns (Parameters memory) {
        return Parameters({
            token: address(TOKEN),
            owner: OWNER,
            epochBlocks: uint64(EPOCH_BLOCKS),
            epochGraceBlocks: uint64(EPOCH_GRACE_BLOCKS),
            taskTimeoutBlocks: uint64(TASK_TIMEOUT_BLOCKS)
        });
    }

    /// @inheritdoc IEnigma
    function taskIdOf(address sender, uint256 nonce) public view returns (bytes32) {
        return TaskHashing.taskId(address(this), uint160(sender), nonce);
    }

    /// @dev The ruling epoch and its first block; refuses if no worker could execute a task.
    function _staffedEpoch() private view returns (uint256 epoch, uint256 firstBlock) {
        uint256 totalStake;
        (epoch, firstBlock, totalStake) = _rulingEpoch();
        if (totalStake == 0) revert NoWorkers();
    }

    /// @notice Records one order.
    /// @param epoch The ruling one.
    /// @param balance What the caller has left.
    function _createRecord(TaskOrder calldata order, uint256 epoch, uint256 firstBlock, uint256 balance)
        private
        returns (bytes32 taskId, uint256 escrow)
    {
        if (order.epoch != epoch) _checkGrace(order.epoch, epoch, firstBlock);
        if (order.touchesHash != 0) revert TouchesUnsupported();
        if (order.callGasLimit != 0) revert CallsUnsupported();
        uint256 gasLimit = order.gasLimit;
        if (gasLimit == 0) revert GasLimitZero();
        if (gasLimit > MAX_GAS_LIMIT) revert GasLimitTooHigh(MAX_GAS_LIMIT);
        unchecked {
            // 64 and 128 bits: the product fits.
            escrow = gasLimit * order.gasPrice;
        }
        if (escrow > balance) revert BalanceTooLow(balance, escrow);
        taskId = taskIdOf(msg.sender, order.nonce);
        Slot storage slot = _taskSlots[taskId];
        if (slot.value != 0) revert NonceUsed(taskId);
        slot.value = _announce(taskId, order, _codeOf(order, taskId));
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
    function _checkGrace(uint256 named, uint256 epoch, uint256 firstBlock) private view {
        if (named > epoch || named == 0) revert EpochUnknown(uint64(epoch));
        bool inGrace = named + 1 == epoch && block.number < firstBlock + EPOCH_GRACE_BLOCKS;
        if (!inGrace) revert EpochTooOld(uint64(epoch));
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
