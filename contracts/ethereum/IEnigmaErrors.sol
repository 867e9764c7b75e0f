// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

/// @title Every reason for which Enigma refuses something
/// @notice The last group is never thrown: its selectors are the `reason` of `ReceiptRefused`, so that one bad receipt
/// does not spoil a batch.
interface IEnigmaErrors {
    // --- balances ---

    /// @notice An amount of zero moves nothing.
    error AmountZero();
    /// @notice The account holds less than is asked for.
    error BalanceTooLow(uint256 balance, uint256 needed);

    // --- workers ---

    /// @notice The caller is not a registered worker.
    error WorkerUnknown(address worker);
    /// @notice A signer must be a non-zero address.
    error SignerZero();
    /// @notice Another worker has registered this signer.
    error SignerTaken(address signer);
    /// @notice There is no room for another worker.
    error WorkersFull(uint256 limit);
    /// @notice The worker is logged in already.
    error WorkerLoggedInAlready();
    /// @notice The worker is not logged in.
    error WorkerNotLoggedIn();
    /// @notice Log out first.
    error WorkerStillLoggedIn();
    /// @notice Logging in needs at least this stake.
    error StakeTooLow(uint256 stake, uint256 minimum);
    /// @notice A snapshot that counts this stake can still settle tasks, or can still be taken.
    error StakeLocked();
    /// @notice Withdraw the stake first.
    error StakeNotWithdrawn(uint256 stake);

    // --- principal and epochs ---

    /// @notice Only the account that deployed Enigma may do this.
    error OwnerOnly();
    /// @notice A principal is registered once and for ever.
    error PrincipalRegisteredAlready();
    /// @notice There is no principal yet.
    error PrincipalUnknown();
    /// @notice Epochs are set in order, without gaps.
    error EpochNumberWrong(uint64 expected);
    /// @notice The last epoch that was set has not started yet.
    error EpochPending(uint64 firstBlock);
    /// @notice The snapshot must be taken at this block.
    error SnapshotBlockWrong(uint64 scheduled);
    /// @notice The hash of the snapshot block is not available (too old, or not closed yet).
    error SnapshotBlockUnavailable();
    /// @notice The first block is outside what is allowed.
    error FirstBlockWrong(uint64 earliest, uint64 latest);
    /// @notice The principal's enclave has not signed this epoch.
    error EpochSignatureInvalid();

    // --- records ---

    /// @notice The task's slot is taken.
    error NonceUsed(bytes32 taskId);
    /// @notice Kind is neither deploy nor call.
    error KindUnknown(uint8 kind);
    /// @notice A gas limit of zero buys nothing.
    error GasLimitZero();
    /// @notice A task may not keep its worker busy for longer.
    error GasLimitTooHigh(uint64 most);
    /// @notice The epoch has ended too long ago.
    error EpochTooOld(uint64 current);
    /// @notice The epoch has not started.
    error EpochUnknown(uint64 current);
    /// @notice No worker has a stake in this epoch.
    error NoWorkers();
    /// @notice No secret contract is deployed at this address.
    error ContractUnknown(address secretContract);
    /// @notice In a deploy order the address must be the one that belongs to the task id.
    error ContractAddressWrong(address expected);
    /// @notice A code hash is needed to deploy, and is not allowed in a call.
    error CodeHashWrong();
    /// @notice Tasks cannot touch other contracts yet.
    error TouchesUnsupported();
    /// @notice Tasks cannot call Ethereum yet.
    error CallsUnsupported();
    /// @notice The task can still be settled.
    error RefundTooEarly(uint64 firstBlock);

    // --- receipts: the call as a whole ---

    /// @notice Receipts are taken from a plain account at top level only, so that nobody else chooses the call context.
    error PlainAccountRequired();

    // --- receipts: one by one, as `reason` of `ReceiptRefused` ---

    /// @notice There is no record of this task.
    error RecordUnknown();
    /// @notice The record differs from what was recorded, or from what the receipt says, or another receipt settled it.
    error RecordMismatch();
    /// @notice The task is settled by this receipt, or refunded.
    error TaskAlreadySettled();
    /// @notice The receipt was not executed in the current epoch.
    error ReceiptEpochWrong();
    /// @notice The sender is not the worker that is selected now.
    error WorkerNotSelected();
    /// @notice More gas than the user pays for.
    error GasAboveLimit();
    /// @notice Neither committed nor failed.
    error StatusInvalid();
    /// @notice Not exactly one move of the record's contract that fits the status.
    error MovesInvalid();
    /// @notice The state before is not the contract's tip.
    error StateMismatch();
    /// @notice Tasks cannot have effects on Ethereum yet.
    error EffectsUnsupported();
    /// @notice The signature has its high-s form.
    error SignatureHighS();
    /// @notice The signature is not that of the worker's registered signer.
    error SignatureInvalid();
}
