// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Receipt, TaskRecord, Worker} from "./EnigmaTypes.sol";

/// @title What happens seldom: workers, epochs, refunds, evidence
/// @notice Amounts are in base units of ENG (18 decimals); blocks are numbers of this chain's blocks.
interface IEnigmaNetwork {
    // --- users ---

    /// @notice Gives the escrow of a task that was not settled in time back to its sender. Anyone may call.
    function refund(TaskRecord calldata record) external;

    /// @notice Shows two receipts that one enclave should not have signed both: same task, record, epoch and states before, and
    /// yet different. Its worker loses all of its stake, a tenth of it to the caller's balance here, the rest burned.
    /// @param firstSignature r ‖ s ‖ v, as in a commitment.
    function reportEquivocation(
        Receipt calldata first,
        bytes calldata firstSignature,
        Receipt calldata second,
        bytes calldata secondSignature
    ) external;

    // --- workers ---

    /// @notice Makes the caller a worker, or replaces the enclave of a worker that is logged out and that no epoch counts any more.
    /// @param quote SGX quote of the enclave; published for clients and the principal, not yet verified here.
    /// @param registration The enclave's signature of `WorkerRegistration`: it serves the caller.
    function registerWorker(address signer, bytes32 encryptionKey, bytes calldata quote, bytes calldata registration)
        external;

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

    /// @notice The workers that snapshots look at, in the order in which they logged in for the first time.
    function workerAddresses() external view returns (address[] memory);
}
