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
    /// @notice An epoch that rules, is set, or may still be set counts the worker with the signer that it has.
    error SignerInUse(address signer);
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

    /// @notice The enclave has not signed that it serves this account with these keys.
    error RegistrationSignatureInvalid();
    /// @notice The two receipts do not show that one enclave contradicted itself.
    error EvidenceInvalid();
    /// @notice The worker has no stake that could be taken.
    error NothingToSlash(address worker);

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
    /// @notice This function records no tasks of this kind.
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
    /// @notice The touched contracts are not up to 7 others of the called one's group in ascending order, or an order has a
    /// `touchesHash` where it must be zero.
    error TouchesInvalid(uint256 most);
    /// @notice There is no group of this name.
    error GroupUnknown(bytes32 group);
    /// @notice The hash of an input that comes with its order is filled in by the contract: it must be zero.
    error InputHashWrong();
    /// @notice An input that comes with its order must be smaller.
    error PostedInputTooLarge(uint256 most);
    /// @notice A task whose input comes with its record must pay more.
    error PostedGasPriceTooLow(uint128 least);
    /// @notice A task whose input comes with its record may not ask for so much of its group's quota.
    error PostedGasLimitTooHigh(uint64 most);
    /// @notice Tasks recorded with their inputs may ask for no more gas of this contract's group in this epoch.
    error PostedQuotaExceeded(uint64 left);
    /// @notice The calls of a task may not have so much gas.
    error CallGasLimitTooHigh(uint64 most);
    /// @notice The task can still be settled.
    error RefundTooEarly(uint64 firstBlock);

    // --- receipts: the call as a whole ---

    /// @notice Receipts are taken from a plain account at top level only, so that nobody else chooses the call context.
    error PlainAccountRequired();
    /// @notice The transaction leaves a call less gas than the task's record promises it.
    error CallGasStarved();

    // --- effects: as `reason` of `CallFailed` ---

    /// @notice What is left of the task's callGasLimit does not pay for the call.
    error CallGasSpent();
    /// @notice A call with data to an address without code: it would do nothing and seem to succeed.
    error TargetWithoutCode();

    // --- inside of Enigma ---

    /// @notice Only Enigma itself calls this.
    error EnigmaOnly();
    /// @notice Carries the news of a required call that failed out of what it undoes.
    error RequiredCallFailed(uint256 index, uint256 gasUsed, bytes reason);

    // --- receipts: one by one, as `reason` of `ReceiptRefused` ---

    /// @notice There is no record of this task.
    error RecordUnknown();
    /// @notice The record differs from what was recorded, or from what the receipt says.
    error RecordMismatch();
    /// @notice The task is settled, or refunded.
    error TaskAlreadySettled();
    /// @notice The receipt was not executed in the current epoch.
    error ReceiptEpochWrong();
    /// @notice The sender is not the worker that is selected now.
    error WorkerNotSelected();
    /// @notice More gas than the user pays for.
    error GasAboveLimit();
    /// @notice Neither committed nor failed.
    error StatusInvalid();
    /// @notice Not one move for each contract of the record, in order, that fits the status.
    error MovesInvalid();
    /// @notice A state before is not its contract's tip.
    error StateMismatch();
    /// @notice The effects are not those that the enclave has signed.
    error EffectsMismatch();
    /// @notice An effect is of no known kind or form, comes from a contract that the task may not touch, or is not allowed
    /// to a failed task.
    error EffectsInvalid();
    /// @notice The signature has its high-s form.
    error SignatureHighS();
    /// @notice The signature is not that of the worker's registered signer.
    error SignatureInvalid();
}
