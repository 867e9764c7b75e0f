// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Commitment, Parameters, TaskOrder} from "./EnigmaTypes.sol";

/// @title What users and workers do all the time: money, records, receipts
/// @notice Amounts are in base units of ENG (18 decimals); blocks are numbers of this chain's blocks.
interface IEnigmaTasks {
    // --- users ---

    /// @notice Moves `amount` ENG from the caller's wallet to its balance here; needs an allowance.
    function deposit(uint256 amount) external;

    /// @notice As `deposit`, with an EIP-2612 permit for exactly `amount` instead of an allowance. A permit that somebody
    /// else has already handed in does no harm as long as the allowance is there.
    function depositWithPermit(uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice Moves `amount` ENG from the caller's balance here to its wallet.
    function withdrawBalance(uint256 amount) external;

    /// @notice Records a deployment or a call and takes gasLimit × gasPrice + callGasLimit × `callGasPrice` from the caller's
    /// balance until it is settled.
    /// @return taskId keccak256(abi.encode(chain id, this contract, caller, nonce)).
    function createRecord(TaskOrder calldata order) external returns (bytes32 taskId);

    /// @notice Records several deployments and calls of the caller; all or none.
    function createRecords(TaskOrder[] calldata orders) external;

    /// @notice Records a call that may touch other contracts of the called one's group.
    /// @param touches Their addresses in ascending order, at most 7; the order's `touchesHash` is zero and filled in.
    function createRecordTouching(TaskOrder calldata order, address[] calldata touches)
        external
        returns (bytes32 taskId);

    /// @notice Records a posted call (kind 3) or an ordered call (kind 4: the result goes to the caller's `onEnigmaResult`).
    /// A worker that lets it time out pays for that.
    /// @param input What the contract is called with, at most 16,384 bytes; the order's `inputHash` is zero and filled in.
    /// @param userKey The X25519 key that belongs to the input; zero: the input is plain calldata, and there is no output.
    /// @param touches As in `createRecordTouching`; may be empty.
    function postRecord(TaskOrder calldata order, bytes calldata input, bytes32 userKey, address[] calldata touches)
        external
        returns (bytes32 taskId);

    // --- workers ---

    /// @notice Settles tasks. A receipt that does not hold is refused by itself (`ReceiptRefused`).
    function commitReceipts(Commitment[] calldata commitments) external;

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
}
