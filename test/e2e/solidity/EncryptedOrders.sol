// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IEnigma} from "./IEnigma.sol";
import {OrdersSecretTasks} from "./OrdersSecretTasks.sol";

/// @title Orders whatever it is asked to, with inputs that users have encrypted or not, and keeps what comes back
contract EncryptedOrders is OrdersSecretTasks {
    /// @notice Whether results are turned down.
    bool public refusing;

    /// @notice A task is ordered.
    event Ordered(bytes32 indexed taskId);
    /// @notice A result has come.
    event Answered(bytes32 indexed taskId, uint8 ending, bytes payload);

    /// @notice The result is turned down.
    error NotNow();

    constructor(IEnigma enigma) OrdersSecretTasks(enigma) {}

    /// @notice Pays for tasks.
    function fund(uint256 amount) external {
        _fund(amount);
    }

    /// @notice Takes results, or turns them down.
    function setRefusing(bool refusing_) external {
        refusing = refusing_;
    }

    /// @notice Orders a call with a public input.
    function order(address secret, bytes calldata input, uint64 gasLimit, uint64 callGasLimit) external {
        emit Ordered(_order(secret, input, gasLimit, callGasLimit));
    }

    /// @notice Orders a call with an encrypted input.
    function orderEncrypted(
        address secret,
        bytes calldata input,
        bytes32 userKey,
        uint64 epoch,
        uint64 gasLimit,
        uint64 callGasLimit
    ) external {
        emit Ordered(_orderEncrypted(secret, input, userKey, epoch, gasLimit, callGasLimit));
    }

    /// @notice Whether a task's result can still come.
    function isOpen(bytes32 taskId) external view returns (bool) {
        return _isOpen(taskId);
    }

    function _onResult(bytes32 taskId, uint8 ending, bytes memory payload) internal override {
        if (refusing) revert NotNow();
        emit Answered(taskId, ending, payload);
    }
}
