// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {EnigmaStorage} from "../EnigmaStorage.sol";
import {KIND_CALL, Parameters, Settings, TaskOrder} from "../EnigmaTypes.sol";
import {Evidence} from "../Evidence.sol";
import {IEnigma} from "../IEnigma.sol";
import {OrdersSecretTasks} from "../OrdersSecretTasks.sol";
import {Receipts} from "../Receipts.sol";
import {Refunds} from "../Refunds.sol";
import {TaskHashing} from "../TaskHashing.sol";

// Enigma's own parts, on storage that a vector describes. What writes is for `eth_call`, which keeps nothing.

/// @dev What the vectors do not ask for.
function noSettings() pure returns (Settings memory settings) {
    return settings;
}

/// @notice Tasks: ids, addresses, outcomes, touched contracts.
contract TaskVectors is Receipts {
    /// @param account The code of secret contracts' accounts.
    constructor(address account) EnigmaStorage(IERC20(address(0)), address(0), account, noSettings()) {}

    /// @notice Records a call in a network in which `called` and `touches` are one group.
    function recordTouching(address called, address[] calldata touches) external {
        _head.number = 1;
        _head.totalStake = 1;
        _codeHashes[called] = "code";
        for (uint256 i = 0; i < touches.length; ++i) {
            _codeHashes[touches[i]] = "code";
            if (touches[i] != called) _groups[touches[i]] = called;
        }
        TaskOrder memory order;
        order.kind = KIND_CALL;
        order.secretContract = called;
        order.gasLimit = 1;
        order.epoch = 1;
        this.createRecordTouching(order, touches);
    }

    function outcomeOf(uint256 outcome, bytes32 receiptHash) external pure returns (bytes32) {
        return TaskHashing.outcome(outcome, receiptHash);
    }

    function refundOutcome() external pure returns (bytes32) {
        return TaskHashing.refundOutcome();
    }
}

/// @notice Workers and epochs: what enclaves sign, snapshots, who is selected, evidence.
contract EpochVectors is Refunds, Evidence {
    using Checkpoints for Checkpoints.Trace208;

    constructor() EnigmaStorage(IERC20(address(0)), address(0), address(0), noSettings()) {}

    /// @notice The worker selected in an epoch with this seed and snapshot.
    function selected(bytes32 seed, address group, address[] calldata workers, uint96[] calldata cumulativeStakes)
        external
        returns (address)
    {
        uint96 total = 0;
        for (uint256 i = 0; i < workers.length; ++i) {
            _snapshots[1][i] = workers[i];
            _shares[1][workers[i]] = Share(total, cumulativeStakes[i]);
            total = cumulativeStakes[i];
        }
        _epochs[1] = Epoch(seed, 0, 0, total, uint16(workers.length));
        return this.selectedWorker(1, group);
    }

    /// @notice The hash of a snapshot of these workers.
    function snapshotHash(address[] calldata workers, uint208[] calldata stakes) external returns (bytes32 hash) {
        for (uint256 i = 0; i < workers.length; ++i) {
            _workers.push(workers[i]);
            _weights[workers[i]].push(uint48(block.number), stakes[i]);
        }
        (,, hash) = snapshotAt(uint64(block.number));
    }

    function epochHash(
        uint64 number,
        bytes32 seed,
        bytes32 snapshotHash_,
        uint64 snapshotBlock,
        bytes32 snapshotBlockHash,
        uint64 firstBlock
    ) external pure returns (bytes32) {
        return _epochHash(number, seed, snapshotHash_, snapshotBlock, snapshotBlockHash, firstBlock);
    }

    function registrationHash(address account, address signer, bytes32 encryptionKey) external pure returns (bytes32) {
        return _registrationHash(account, signer, encryptionKey);
    }

    /// @notice The digest that an enclave signs for a struct with this hash.
    function digestOf(bytes32 structHash) external view returns (bytes32) {
        return _hashTypedDataV4(structHash);
    }
}

/// @notice An Enigma that gives an order the id it is told.
contract OrderBook {
    bytes32 private _taskId;

    function name(bytes32 taskId) external {
        _taskId = taskId;
    }

    function postRecord(TaskOrder calldata, bytes calldata, bytes32, address[] calldata) external view returns (bytes32) {
        return _taskId;
    }

    function taskSlots(bytes32 taskId) external pure returns (bytes32) {
        return taskId;
    }

    function currentEpoch() external pure returns (uint64, bytes32, uint64, uint256) {
        return (1, 0, 0, 1);
    }

    function parameters() external pure returns (Parameters memory) {
        return Parameters(address(0), address(0), noSettings());
    }
}

/// @notice An Ethereum contract that says what result it was brought.
contract ResultVectors is OrdersSecretTasks {
    error Result(bytes32 taskId, uint8 ending, bytes payload);

    constructor() OrdersSecretTasks(IEnigma(address(new OrderBook()))) {}

    /// @notice Orders a task with this id of a secret contract.
    function order(bytes32 taskId, address secretContract) external {
        OrderBook(address(ENIGMA)).name(taskId);
        _order(secretContract, "", 1, 1);
    }

    function _onResult(bytes32 taskId, uint8 ending, bytes memory payload) internal pure override {
        revert Result(taskId, ending, payload);
    }
}
