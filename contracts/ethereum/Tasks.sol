// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Balances} from "./Balances.sol";
import {
    KIND_CALL,
    KIND_DEPLOY,
    KIND_ORDERED,
    KIND_POSTED,
    MAX_CALL_GAS_LIMIT,
    MAX_GAS_LIMIT,
    MAX_POSTED_INPUT,
    MAX_TOUCHES,
    POSTED_RECORDS,
    POSTED_SHARE,
    Parameters,
    Settings,
    Slot,
    TaskOrder
} from "./EnigmaTypes.sol";
import {IEnigmaTasks} from "./IEnigmaTasks.sol";
import {RawWords} from "./RawWords.sol";
import {SecretContracts} from "./SecretContracts.sol";
import {TaskHashing} from "./TaskHashing.sol";

/// @title Records of tasks
/// @notice One slot tells a task's whole story: zero, the hash of its record, the outcome. The escrow is not stored: it
/// follows from the record, which whoever settles or refunds must show.
abstract contract Tasks is Balances, SecretContracts {
    using RawWords for TaskOrder;

    /// @inheritdoc IEnigmaTasks
    function createRecord(TaskOrder calldata order) external returns (bytes32 taskId) {
        (uint256 epoch, uint256 firstBlock) = _staffedEpoch();
        Account storage account = _accounts[msg.sender];
        uint256 balance = account.balance;
        uint256 escrow;
        (taskId, escrow) = _createPlain(order, epoch, firstBlock, balance);
        unchecked {
            account.balance = uint96(balance - escrow);
        }
    }

    /// @inheritdoc IEnigmaTasks
    function createRecords(TaskOrder[] calldata orders) external {
        (uint256 epoch, uint256 firstBlock) = _staffedEpoch();
        Account storage account = _accounts[msg.sender];
        uint256 balance = account.balance;
        unchecked {
            for (uint256 i = 0; i < orders.length; ++i) {
                (, uint256 escrow) = _createPlain(orders[i], epoch, firstBlock, balance);
                balance -= escrow;
            }
        }
        account.balance = uint96(balance);
    }

    /// @inheritdoc IEnigmaTasks
    function createRecordTouching(TaskOrder calldata order, address[] calldata touches)
        external
        returns (bytes32 taskId)
    {
        if (order.kind != KIND_CALL) revert KindUnknown(order.kind);
        taskId = taskIdOf(msg.sender, order.nonce);
        _createTouching(taskId, order, order.inputHash, touches);
    }

    /// @inheritdoc IEnigmaTasks
    function postRecord(TaskOrder calldata order, bytes calldata input, bytes32 userKey, address[] calldata touches)
        external
        returns (bytes32 taskId)
    {
        if (order.kind != KIND_POSTED && order.kind != KIND_ORDERED) revert KindUnknown(order.kind);
        if (order.inputHash != 0) revert InputHashWrong();
        if (input.length > MAX_POSTED_INPUT) revert PostedInputTooLarge(MAX_POSTED_INPUT);
        if (order.gasPrice < POSTED_GAS_PRICE) revert PostedGasPriceTooLow(uint128(POSTED_GAS_PRICE));
        taskId = taskIdOf(msg.sender, order.nonce);
        emit TaskInput(taskId, userKey, input);
        uint256 epoch = _createTouching(taskId, order, keccak256(abi.encodePacked(input, userKey)), touches);
        _takeQuota(order.secretContract, order.gasLimit, epoch);
    }

    /// @inheritdoc IEnigmaTasks
    function taskSlots(bytes32 taskId) external view returns (bytes32) {
        return _taskSlots[taskId].value;
    }

    /// @inheritdoc IEnigmaTasks
    function parameters() external view returns (Parameters memory) {
        Settings memory settings = Settings({
            epochBlocks: uint64(EPOCH_BLOCKS),
            epochGraceBlocks: uint64(EPOCH_GRACE_BLOCKS),
            taskTimeoutBlocks: uint64(TASK_TIMEOUT_BLOCKS),
            evidenceBlocks: uint64(EVIDENCE_BLOCKS),
            callGasPrice: uint128(CALL_GAS_PRICE),
            postedGasPrice: uint128(POSTED_GAS_PRICE),
            postedGasQuota: uint64(POSTED_GAS_QUOTA)
        });
        return Parameters({token: address(TOKEN), owner: OWNER, settings: settings});
    }

    /// @inheritdoc IEnigmaTasks
    function taskIdOf(address sender, uint256 nonce) public view returns (bytes32) {
        return TaskHashing.taskId(address(this), uint160(sender), nonce);
    }

    /// @dev The ruling epoch and its first block; refuses if no worker could execute a task.
    function _staffedEpoch() private view returns (uint256 epoch, uint256 firstBlock) {
        uint256 totalStake;
        (epoch, firstBlock, totalStake) = _rulingEpoch();
        if (totalStake == 0) revert NoWorkers();
    }

    /// @notice Records a deployment, whose `touchesHash` is a group, or a call of one contract.
    function _createPlain(TaskOrder calldata order, uint256 epoch, uint256 firstBlock, uint256 balance)
        private
        returns (bytes32 taskId, uint256 escrow)
    {
        bytes32 touchesHash = order.touchesHash;
        uint256 kind = order.words().kind;
        if (kind != KIND_CALL && kind != KIND_DEPLOY) revert KindUnknown(uint8(kind));
        if (touchesHash != 0) {
            if (kind == KIND_CALL) revert TouchesInvalid(MAX_TOUCHES);
            if (!_isGroup(touchesHash)) revert GroupUnknown(touchesHash);
        }
        escrow = _escrowOf(order, epoch, firstBlock, balance);
        taskId = taskIdOf(msg.sender, order.nonce);
        _record(taskId, order, kind, order.inputHash, touchesHash);
    }

    /// @notice Records a call that names the contracts which it may touch.
    function _createTouching(bytes32 taskId, TaskOrder calldata order, bytes32 inputHash, address[] calldata touches)
        private
        returns (uint256 epoch)
    {
        uint256 firstBlock;
        (epoch, firstBlock) = _staffedEpoch();
        if (order.touchesHash != 0) revert TouchesInvalid(MAX_TOUCHES);
        bytes32 touchesHash = 0;
        if (touches.length != 0) {
            _checkTouches(order.secretContract, touches);
            touchesHash = keccak256(abi.encodePacked(touches));
            emit TaskTouches(taskId, touches);
        }
        uint256 balance = _accounts[msg.sender].balance;
        _accounts[msg.sender].balance = uint96(balance - _escrowOf(order, epoch, firstBlock, balance));
        _record(taskId, order, order.kind, inputHash, touchesHash);
    }

    /// @dev What an order costs at most; refuses what cannot be executed or paid.
    function _escrowOf(TaskOrder calldata order, uint256 epoch, uint256 firstBlock, uint256 balance)
        private
        view
        returns (uint256 escrow)
    {
        uint256 named = order.words().epoch;
        if (named != epoch) _checkGrace(named, epoch, firstBlock);
        uint256 gasLimit = order.words().gasLimit;
        if (gasLimit == 0) revert GasLimitZero();
        if (gasLimit > MAX_GAS_LIMIT) revert GasLimitTooHigh(MAX_GAS_LIMIT);
        uint256 callGasLimit = order.words().callGasLimit;
        if (callGasLimit > MAX_CALL_GAS_LIMIT) revert CallGasLimitTooHigh(MAX_CALL_GAS_LIMIT);
        escrow = _escrow(gasLimit, order.gasPrice, callGasLimit);
        if (escrow > balance) revert BalanceTooLow(balance, escrow);
    }

    /// @dev Makes the record of the order, emits it, and stores its hash. The first nine fields of an order are the
    /// second to tenth of a record, and `RecordCreated` carries the record as it is hashed: one copy serves all.
    function _record(bytes32 taskId, TaskOrder calldata order, uint256 kind, bytes32 inputHash, bytes32 touchesHash)
        private
    {
        address secretContract = order.secretContract;
        bytes32 codeHash = _codeOf(order, kind, secretContract, taskId);
        Slot storage slot = _taskSlots[taskId];
        if (slot.value != 0) revert NonceUsed(taskId);
        bytes32 recordHash;
        bytes32 topic = RecordCreated.selector;
        uint256 rules = RULES;
        uint256 epoch = order.words().epoch;
        assembly ("memory-safe") {
            let record := mload(0x40)
            mstore(record, caller())
            calldatacopy(add(record, 0x20), order, 0x120)
            mstore(add(record, 0x80), codeHash)
            mstore(add(record, 0xa0), inputHash)
            mstore(add(record, 0xc0), touchesHash)
            mstore(add(record, 0x140), number())
            mstore(add(record, 0x160), timestamp())
            mstore(add(record, 0x180), blockhash(sub(number(), 1)))
            mstore(add(record, 0x1a0), epoch)
            mstore(add(record, 0x1c0), rules)
            recordHash := keccak256(record, 0x1e0)
            log4(record, 0x1e0, topic, taskId, caller(), secretContract)
        }
        slot.value = recordHash;
    }

    /// @dev The quota keeps users from filling blocks with inputs that no worker can keep up with, for which it would be made to
    /// pay. It is a group's, since one worker executes a group's tasks in one line. Senders have no quotas of their own: another
    /// account costs one deposit, and a contract that orders for all of its users is one sender.
    function _takeQuota(address secretContract, uint256 gasLimit, uint256 epoch) private {
        if (gasLimit > POSTED_GAS_QUOTA / POSTED_SHARE) {
            revert PostedGasLimitTooHigh(uint64(POSTED_GAS_QUOTA / POSTED_SHARE));
        }
        uint256 least = POSTED_GAS_QUOTA / POSTED_RECORDS;
        uint256 charge = gasLimit < least ? least : gasLimit;
        PostedGas storage posted = _postedGas[_groupOf(secretContract)];
        uint256 taken = posted.epoch == epoch ? posted.gasLimits : 0;
        uint256 left = POSTED_GAS_QUOTA - taken;
        if (charge > left) revert PostedQuotaExceeded(uint64(left));
        (posted.epoch, posted.gasLimits) = (uint64(epoch), uint64(taken + charge));
    }

    /// @dev The epoch before the ruling one is good for some blocks.
    function _checkGrace(uint256 named, uint256 epoch, uint256 firstBlock) private view {
        if (named > epoch || named == 0) revert EpochUnknown(uint64(epoch));
        bool inGrace = named + 1 == epoch && block.number < firstBlock + EPOCH_GRACE_BLOCKS;
        if (!inGrace) revert EpochTooOld(uint64(epoch));
    }

    function _checkTouches(address secretContract, address[] calldata touches) private view {
        if (touches.length > MAX_TOUCHES) revert TouchesInvalid(MAX_TOUCHES);
        address group = _groupOf(secretContract);
        address previous = address(0);
        for (uint256 i = 0; i < touches.length; ++i) {
            address touched = touches[i];
            bool inOrder = touched > previous && touched != secretContract;
            if (!inOrder || !_isMember(touched, group)) revert TouchesInvalid(MAX_TOUCHES);
            previous = touched;
        }
    }

    /// @dev Code that the task runs; refuses a contract that does not fit the kind.
    function _codeOf(TaskOrder calldata order, uint256 kind, address secretContract, bytes32 taskId)
        private
        view
        returns (bytes32 codeHash)
    {
        if (kind == KIND_DEPLOY) {
            if (order.codeHash == 0) revert CodeHashWrong();
            address expected = contractAddress(taskId);
            if (secretContract != expected) revert ContractAddressWrong(expected);
            return order.codeHash;
        }
        if (order.codeHash != 0) revert CodeHashWrong();
        codeHash = _codeHashes[secretContract];
        if (codeHash == 0) revert ContractUnknown(secretContract);
    }
}
