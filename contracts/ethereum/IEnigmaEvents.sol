// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {TaskRecord} from "./EnigmaTypes.sol";

/// @title Everything that Enigma announces
/// @notice Nodes and clients follow these; nothing that they need stands in storage only.
interface IEnigmaEvents {
    /// @notice A worker has registered, or registered again with another enclave.
    event WorkerRegistered(address indexed worker, address indexed signer, bytes32 encryptionKey, bytes quote);
    /// @notice A worker has gone for good.
    event WorkerUnregistered(address indexed worker);
    /// @notice A worker has added to its stake.
    event StakeDeposited(address indexed worker, uint256 amount);
    /// @notice A worker has taken stake back.
    event StakeWithdrawn(address indexed worker, uint256 amount);
    /// @notice The next snapshot counts this worker.
    event WorkerLoggedIn(address indexed worker);
    /// @notice The next snapshot no longer counts this worker.
    event WorkerLoggedOut(address indexed worker);
    /// @notice The principal's enclave is known from here on.
    event PrincipalRegistered(address indexed signer, bytes quote);
    /// @notice An epoch is set; it starts with block `firstBlock`.
    event EpochSet(uint64 indexed number, bytes32 seed, uint64 snapshotBlock, uint64 firstBlock, bytes32 snapshotHash);
    /// @notice An account has more to spend.
    event Deposited(address indexed user, uint256 amount);
    /// @notice An account has taken tokens out.
    event Withdrawn(address indexed user, uint256 amount);
    /// @notice The other contracts that the task recorded next may touch.
    event TaskTouches(bytes32 indexed taskId, address[] touches);
    /// @notice The input of the task recorded next. A key of zeros: it is plain calldata.
    event TaskInput(bytes32 indexed taskId, bytes32 userKey, bytes input);
    /// @notice A task is on record; its slot holds the hash of `record`.
    event RecordCreated(
        bytes32 indexed taskId, address indexed sender, address indexed secretContract, TaskRecord record
    );
    /// @notice A secret contract exists from here on.
    event ContractDeployed(address indexed secretContract, bytes32 codeHash, address group, uint32 rules);
    /// @notice A task has ended; its slot holds the outcome. What its effects did stands before this in the transaction.
    /// @param stateAfter The contract's tip from here on.
    event TaskSettled(
        bytes32 indexed taskId,
        address indexed secretContract,
        uint8 outcome,
        bytes32 receiptHash,
        bytes32 stateAfter,
        bytes32 outputHash,
        uint64 gasUsed
    );
    /// @notice The tip of another contract that the task touched; follows `TaskSettled`.
    event StateMoved(bytes32 indexed taskId, address indexed secretContract, bytes32 stateAfter);
    /// @notice A call of a task has failed, or was not made.
    /// @param index Place among the task's effects.
    /// @param reason The first 256 bytes of what the target reverted with, or an error of `IEnigmaErrors`.
    event CallFailed(bytes32 indexed taskId, uint256 index, bytes reason);
    /// @notice What the calls of a task cost, in Ethereum gas; follows `TaskSettled`.
    event CallGasPaid(bytes32 indexed taskId, uint64 gasUsed);
    /// @notice A receipt of a batch was refused and changed nothing.
    /// @param reason Selector of one of the errors in `IEnigmaErrors`.
    event ReceiptRefused(bytes32 indexed taskId, bytes4 reason);
    /// @notice A task was not settled in time; its sender has its escrow back.
    event TaskRefunded(bytes32 indexed taskId, uint256 amount);
    /// @notice A worker has let a task time out whose input was on chain; `amount` of its stake is burned.
    event WorkerPenalised(address indexed worker, bytes32 indexed taskId, uint256 amount);
    /// @notice A worker's enclave has contradicted itself; all of its stake is gone, `reward` of it to the reporter.
    event WorkerSlashed(address indexed worker, uint256 amount, address indexed reporter, uint256 reward);
}
