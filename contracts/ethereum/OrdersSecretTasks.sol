// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {KIND_ORDERED, TaskOrder} from "./EnigmaTypes.sol";
import {IEnigma} from "./IEnigma.sol";

/// @title For Ethereum contracts that have secret contracts compute something for them
/// @notice Inherit from this, order with `_order`, and receive in `_onResult`:
///
///     contract Dice is OrdersSecretTasks {
///         constructor(IEnigma enigma, address secret) OrdersSecretTasks(enigma) { … }
///         function roll() external { _order(secret, abi.encodeCall(ISecretDice.roll, ()), 200_000, 100_000); }
///         function _onResult(bytes32 taskId, uint8 ending, bytes memory payload) internal override { … }
///     }
///
/// The contract pays from its own balance in Enigma, which `_fund` fills. What it orders is public, unless a user has
/// encrypted the input beforehand (`_orderEncrypted`); what comes back is public in any case. A task that nobody executes in
/// time is refunded to this contract by anyone who asks Enigma to, and is never called back.
abstract contract OrdersSecretTasks {
    using SafeERC20 for IERC20;

    /// @dev Endings that `_onResult` is told; the others are failures whose payload says more (see ARCHITECTURE.md, 2.3).
    uint8 internal constant ENDING_RETURNED = 0;
    uint8 internal constant ENDING_REVERTED = 1;

    /// @dev Where tasks are recorded.
    IEnigma internal immutable ENIGMA;
    /// @dev ENG, which tasks are paid in.
    IERC20 internal immutable ENG;
    /// @dev What `_order` pays for a unit of the secret contract's gas: the least that is allowed.
    uint128 internal immutable GAS_PRICE;

    /// @dev From whom the result must come, and what the task's slot holds until the task has ended.
    struct Order {
        address secretContract;
        bytes32 recordHash;
    }

    mapping(bytes32 taskId => Order) private _openOrders;
    uint256 private _orders;

    /// @notice Only the account of the secret contract that a task was ordered from brings its result, once.
    error ResultUnexpected(bytes32 taskId, address caller);

    constructor(IEnigma enigma) {
        ENIGMA = enigma;
        ENG = IERC20(enigma.parameters().token);
        GAS_PRICE = enigma.parameters().settings.postedGasPrice;
    }

    /// @notice Takes the result of a task that this contract has ordered; its secret contract's account calls this.
    function onEnigmaResult(bytes32 taskId, uint8 ending, bytes calldata payload) external {
        if (_openOrders[taskId].secretContract != msg.sender) revert ResultUnexpected(taskId, msg.sender);
        // Before anything is called: a result comes once.
        delete _openOrders[taskId];
        _onResult(taskId, ending, payload);
    }

    /// @notice What to do with a result. If it reverts, what the task changed in the secret contract is undone.
    /// @param ending `ENDING_RETURNED`: the payload is the ABI-encoded result. `ENDING_REVERTED`: it is the secret contract's
    /// error. Else the task failed in another way.
    function _onResult(bytes32 taskId, uint8 ending, bytes memory payload) internal virtual;

    /// @notice Orders a call whose input everybody can read.
    /// @param calldata_ Selector and ABI-encoded arguments of the secret contract's function.
    /// @param gasLimit Most gas of the secret contract's execution.
    /// @param callGasLimit Most Ethereum gas for the callback and whatever else the task calls.
    /// @return taskId What `_onResult` will be told.
    function _order(address secretContract, bytes memory calldata_, uint64 gasLimit, uint64 callGasLimit)
        internal
        returns (bytes32 taskId)
    {
        (uint64 epoch,,,) = ENIGMA.currentEpoch();
        return _post(++_orders, secretContract, calldata_, 0, epoch, gasLimit, callGasLimit);
    }

    /// @notice Orders a call whose input a user has encrypted beforehand, so that only the secret contract reads it.
    /// An input is bound to its task, and so to the task's nonce. That is keccak256(userKey), not the next number, so that orders
    /// of others in between do not spoil an input; a key orders once, then Enigma reverts with `NonceUsed`.
    /// @param userKey The X25519 key that the user has made for this input.
    /// @param epoch The epoch whose contract key it is encrypted to: the present one or, for some blocks, the one before.
    function _orderEncrypted(
        address secretContract,
        bytes memory input,
        bytes32 userKey,
        uint64 epoch,
        uint64 gasLimit,
        uint64 callGasLimit
    ) internal returns (bytes32 taskId) {
        uint256 nonce = uint256(keccak256(abi.encode(userKey)));
        return _post(nonce, secretContract, input, userKey, epoch, gasLimit, callGasLimit);
    }

    /// @notice Moves `amount` ENG from the caller's wallet, which must have approved this contract, to this contract's balance
    /// in Enigma.
    function _fund(uint256 amount) internal {
        ENG.safeTransferFrom(msg.sender, address(this), amount);
        ENG.forceApprove(address(ENIGMA), amount);
        ENIGMA.deposit(amount);
    }

    /// @notice Moves `amount` ENG from this contract's balance in Enigma to `to`.
    function _defund(address to, uint256 amount) internal {
        ENIGMA.withdrawBalance(amount);
        ENG.safeTransfer(to, amount);
    }

    /// @notice Whether the result of a task that this contract has ordered can still come: it has not, and the task was neither
    /// refunded nor undone because `_onResult` reverted.
    function _isOpen(bytes32 taskId) internal view returns (bool) {
        bytes32 recordHash = _openOrders[taskId].recordHash;
        return recordHash != 0 && ENIGMA.taskSlots(taskId) == recordHash;
    }

    function _post(
        uint256 nonce,
        address secretContract,
        bytes memory input,
        bytes32 userKey,
        uint64 epoch,
        uint64 gasLimit,
        uint64 callGasLimit
    ) private returns (bytes32 taskId) {
        TaskOrder memory order = TaskOrder({
            nonce: nonce,
            kind: KIND_ORDERED,
            secretContract: secretContract,
            codeHash: 0,
            inputHash: 0,
            touchesHash: 0,
            gasLimit: gasLimit,
            gasPrice: GAS_PRICE,
            callGasLimit: callGasLimit,
            epoch: epoch
        });
        taskId = ENIGMA.postRecord(order, input, userKey, new address[](0));
        _openOrders[taskId] = Order(secretContract, ENIGMA.taskSlots(taskId));
    }
}
