// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Commitment, Parameters, TaskOrder, TaskRecord, Worker} from "./EnigmaTypes.sol";
import {IEnigmaErrors} from "./IEnigmaErrors.sol";
import {IEnigmaEvents} from "./IEnigmaEvents.sol";

/// @title Enigma: records of tasks for secret contracts, the workers that execute them, and the hashes of what came out
/// @notice Amounts are in base units of ENG (18 decimals); blocks are numbers of this chain's blocks.
interface IEnigma is IEnigmaErrors, IEnigmaEvents {
    // --- users ---

    /// @notice Moves `amount` ENG from the caller's wallet to its balance here; needs an allowance.
    function deposit(uint256 amount) external;

    /// @notice As `deposit`, with an EIP-2612 permit for exactly `amount` instead of an allowance. A permit that somebody
    /// else has already handed in does no harm as long as the allowance is there.
    function depositWithPermit(uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice Moves `amount` ENG from the caller's balance here to its wallet.
    function withdrawBalance(uint256 amount) external;

    /// @notice Records a task and takes gasLimit × gasPrice from the caller's balance until it is settled.
    /// @return taskId keccak256(abi.encode(chain id, this contract, caller, nonce)).
    function createRecord(TaskOrder calldata order) external returns (bytes32 taskId);

    /// @notice Records several tasks of the caller; all or none.
    function createRecords(TaskOrder[] calldata orders) external;

    /// @notice Gives the escrow of a task that was not settled in time back to its sender. Anyone may call.
    function refund(TaskRecord calldata record) external;

    // --- workers ---

    /// @notice Makes the caller a worker, or replaces the enclave of a worker.
    /// @param quote SGX quote of the enclave; published for clients and the principal, not yet verified here.
    function registerWorker(address signer, bytes32 encryptionKey, bytes calldata quote) external;

    /// @notice Moves `amount` ENG from the calling worker's wallet to its stake; counts from the next snapshot.
    function depositStake(uint256 amount) external;

    /// @notice Offers the calling worker for the next snapshot.
    function logIn() external;

    /// @notice Takes the calling worker out of the next snapshot.
    function logOut() external;

    /// @notice Moves `amount` of the calling worker's stake to its wallet, once it is logged out and no epoch counts it.
    function withdrawStake(uint256 amount) external;

    /// @notice Forgets the calling worker, which must have withdrawn its stake.
    function unregister() external;

    /// @notice Settles tasks. A receipt that does not hold is refused by itself (`ReceiptRefused`).
    function commitReceipts(Commitment[] calldata commitments) external;

    // --- principal ---

    /// @notice Names the principal's enclave. Owner, once.
    function registerPrincipal(address signer, bytes calldata quote) external;

    /// @notice Sets the next epoch. Anyone may hand in what the principal's enclave has signed.
    /// @param snapshotBlock Block whose workers and stakes count and whose hash is in the seed: `scheduledSnapshotBlock()`.
    /// @param firstBlock First block of the epoch.
    function setEpoch(
        uint64 number,
        bytes32 seed,
        uint64 snapshotBlock,
        uint64 firstBlock,
        bytes calldata signature
    ) external;

    // --- views ---

    /// @notice What was fixed when the contract was deployed.
    function parameters() external view returns (Parameters memory);

    /// @notice What is known of a task: zero, the hash of its record, or its outcome.
    function taskSlots(bytes32 taskId) external view returns (bytes32);

    /// @notice State hash of a secret contract.
    function tips(address secretContract) external view returns (bytes32);

    /// @notice ENG that an account can spend on tasks or withdraw; fees of workers come here too.
    function balances(address account) external view returns (uint256);

    /// @notice Facts of a secret contract, all zero where none is deployed.
    function contractInfo(address secretContract)
        external
        view
        returns (bytes32 codeHash, address group, uint32 rules);

    /// @notice Address of the secret contract that the task would deploy.
    function contractAddress(bytes32 taskId) external view returns (address);

    /// @notice Id of the task that `sender` records with `nonce`.
    function taskIdOf(address sender, uint256 nonce) external view returns (bytes32);

    /// @notice Address of the principal enclave's signing key, zero before it is registered.
    function principalSigner() external view returns (address);

    /// @notice The epoch that rules this block; number 0 before the first.
    function currentEpoch()
        external
        view
        returns (uint64 number, bytes32 seed, uint64 firstBlock, uint256 totalStake);

    /// @notice The epoch that was set last; it may not have started.
    function latestEpoch()
        external
        view
        returns (uint64 number, bytes32 seed, uint64 snapshotBlock, uint64 firstBlock, uint256 totalStake);

    /// @notice Block at which the snapshot of the next epoch must be taken. Zero: any of the last 256 (first epoch).
    function scheduledSnapshotBlock() external view returns (uint64);

    /// @notice Workers and stakes at the end of a block as the next epoch would count them, and their hash.
    function snapshotAt(uint64 blockNumber)
        external
        view
        returns (address[] memory workers, uint256[] memory cumulativeStakes, bytes32 snapshotHash);

    /// @notice The snapshot of an epoch.
    function epochWorkers(uint64 number)
        external
        view
        returns (address[] memory workers, uint256[] memory cumulativeStakes);

    /// @notice The worker that serves a group in an epoch; zero where there is none.
    function selectedWorker(uint64 number, address group) external view returns (address);

    /// @notice A worker; all zero where the address is none.
    function worker(address account) external view returns (Worker memory);

    /// @notice All registered workers in order of registration.
    function workerAddresses() external view returns (address[] memory);
}
