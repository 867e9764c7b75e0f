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
    Parameters,
    Settings,
    Slot,
    TaskOrder
} from "./EnigmaTypes.sol";
import {IEnigmaTasks} from "./IEnigmaTasks.sol";
import {SecretContracts} from "./SecretContracts.sol";
import {TaskHashing} from "./TaskHashing.sol";

/// @title Records of tasks
/// @notice One slot tells a task's whole story: zero, the hash of its record, the outcome. The escrow is not stored: it
/// follows from the record, which whoever settles or refunds must show.
abstract contract Tasks is Balances, SecretContracts {
    /// @dev What an order does not say, or says in another way than its record.
    struct Circumstances {
        uint256 epoch;
        uint256 firstBlock;
        uint256 balance;
        bytes32 inputHash;
        bytes32 touchesHash;
    }

    /// @inheritdoc IEnigmaTasks
    function createRecord(TaskOrder calldata order) external returns (bytes32 taskId) {
        Circumstances memory now_ = _circumstances();
        taskId = _createPlain(order, now_);
        _accounts[msg.sender].balance = uint96(now_.balance);
    }

    /// @inheritdoc IEnigmaTasks
    function createRecords(TaskOrder[] calldata orders) external {
        Circumstances memory now_ = _circumstances();
        for (uint256 i = 0; i < orders.length; ++i) _createPlain(orders[i], now_);
        _accounts[msg.sender].balance = uint96(now_.balance);
    }

    /// @inheritdoc IEnigmaTasks
    function createRecordTouching(TaskOrder calldata order, address[] calldata touches)
        external
        returns (bytes32 taskId)
    {
        if (order.kind != KIND_CALL) revert KindUnknown(order.kind);
        Circumstances memory now_ = _circumstances();
        now_.inputHash = order.inputHash;
        taskId = _createTouching(order, touches, now_);
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
        Circumstances memory now_ = _circumstances();
        _takeQuota(order.secretContract, order.gasLimit, now_.epoch);
        now_.inputHash = keccak256(abi.encodePacked(input, userKey));
        emit TaskInput(taskIdOf(msg.sender, order.nonce), userKey, input);
        taskId = _createTouching(order, touches, now_);
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

    /// @dev The ruling epoch, which must have workers, and what the caller has left.
    function _circumstances() private view returns (Circumstances memory now_) {
        uint256 totalStake;
        (now_.epoch, now_.firstBlock, totalStake) = _rulingEpoch();
        if (totalStake == 0) revert NoWorkers();
        now_.balance = _accounts[msg.sender].balance;
    }

    /// @notice Records a deployment, whose `touchesHash` is a group, or a call of one contract.
    function _createPlain(TaskOrder calldata order, Circumstances memory now_) private returns (bytes32 taskId) {
        bytes32 touchesHash = order.touchesHash;
        uint256 kind = order.kind;
        if (kind == KIND_DEPLOY) {
            if (touchesHash != 0 && !_isGroup(touchesHash)) revert GroupUnknown(touchesHash);
        } else if (kind != KIND_CALL) {
            revert KindUnknown(uint8(kind));
        } else if (touchesHash != 0) {
            revert TouchesInvalid(MAX_TOUCHES);
        }
        now_.inputHash = order.inputHash;
        now_.touchesHash = touchesHash;
        taskId = taskIdOf(msg.sender, order.nonce);
        _create(taskId, order, now_);
    }

    /// @notice Records a call that names the contracts which it may touch.
    function _createTouching(TaskOrder calldata order, address[] calldata touches, Circumstances memory now_)
        private
        returns (bytes32 taskId)
    {
        if (order.touchesHash != 0) revert TouchesInvalid(MAX_TOUCHES);
        taskId = taskIdOf(msg.sender, order.nonce);
        if (touches.length != 0) {
            _checkTouches(order.secretContract, touches);
            now_.touchesHash = keccak256(abi.encodePacked(touches));
            emit TaskTouches(taskId, touches);
        }
        _create(taskId, order, now_);
        _accounts[msg.sender].balance = uint96(now_.balance);
    }

    /// @notice Records one order and takes its escrow from `now_.balance`.
    function _create(bytes32 taskId, TaskOrder calldata order, Circumstances memory now_) private {
        if (order.epoch != now_.epoch) _checkGrace(order.epoch, now_);
        uint256 gasLimit = order.gasLimit;
        if (gasLimit == 0) revert GasLimitZero();
        if (gasLimit > MAX_GAS_LIMIT) revert GasLimitTooHigh(MAX_GAS_LIMIT);
        if (order.callGasLimit > MAX_CALL_GAS_LIMIT) revert CallGasLimitTooHigh(MAX_CALL_GAS_LIMIT);
        uint256 escrow = _escrow(gasLimit, order.gasPrice, order.callGasLimit);
        if (escrow > now_.balance) revert BalanceTooLow(now_.balance, escrow);
        unchecked {
            now_.balance -= escrow;
        }
        Slot storage slot = _taskSlots[taskId];
        if (slot.value != 0) revert NonceUsed(taskId);
        slot.value = _announce(taskId, order, _codeOf(order, taskId), now_);
    }

    /// @dev Makes the record of the order, emits it, and returns its hash. The first nine fields of an order are the
    /// second to tenth of a record, and `RecordCreated` carries the record as it is hashed: one copy serves all.
    function _announce(bytes32 taskId, TaskOrder calldata order, bytes32 codeHash, Circumstances memory now_)
        private
        returns (bytes32 recordHash)
    {
        bytes32 topic = RecordCreated.selector;
        bytes32 inputHash = now_.inputHash;
        bytes32 touchesHash = now_.touchesHash;
        uint256 rules = RULES;
        address secretContract = order.secretContract;
        uint256 epoch = order.epoch;
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
    }

    /// @dev The limit keeps a contract's users from filling blocks with inputs that no worker can keep up with, for which it
    /// would be made to pay.
    function _takeQuota(address secretContract, uint256 gasLimit, uint256 epoch) private {
        PostedGas storage posted = _postedGas[secretContract];
        uint256 taken = posted.epoch == epoch ? posted.gasLimits : 0;
        uint256 left = POSTED_GAS_QUOTA - taken;
        if (gasLimit > left) revert PostedQuotaExceeded(uint64(left));
        (posted.epoch, posted.gasLimits) = (uint64(epoch), uint64(taken + gasLimit));
    }

    /// @dev The epoch before the ruling one is good for some blocks.
    function _checkGrace(uint256 named, Circumstances memory now_) private view {
        uint256 epoch = now_.epoch;
        if (named > epoch || named == 0) revert EpochUnknown(uint64(epoch));
        bool inGrace = named + 1 == epoch && block.number < now_.firstBlock + EPOCH_GRACE_BLOCKS;
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
    function _codeOf(TaskOrder calldata order, bytes32 taskId) private view returns (bytes32 codeHash) {
        if (order.kind != KIND_DEPLOY) {
            if (order.codeHash != 0) revert CodeHashWrong();
            codeHash = _codeHashes[order.secretContract];
            if (codeHash == 0) revert ContractUnknown(order.secretContract);
            return codeHash;
        }
        if (order.codeHash == 0) revert CodeHashWrong();
        address expected = contractAddress(taskId);
        if (order.secretContract != expected) revert ContractAddressWrong(expected);
        return order.codeHash;
    }
}
