// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EnigmaStorage} from "./EnigmaStorage.sol";
import {IEnigmaTasks} from "./IEnigmaTasks.sol";

/// @title ENG that accounts hold inside Enigma
/// @notice What users pay tasks from, and where fees and refunds go.
abstract contract Balances is EnigmaStorage, IEnigmaTasks {
    using SafeERC20 for IERC20;

    /// @inheritdoc IEnigmaTasks
    function deposit(uint256 amount) external {
        _deposit(amount);
    }

    /// @inheritdoc IEnigmaTasks
    function depositWithPermit(uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external {
        // A permit is public once it is in the mempool, and whoever hands it in first makes this one fail while the
        // allowance it gives stands. Only the transfer decides.
        // solhint-disable-next-line no-empty-blocks
        try IERC20Permit(address(TOKEN)).permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
        _deposit(amount);
    }

    /// @inheritdoc IEnigmaTasks
    function withdrawBalance(uint256 amount) external {
        if (amount == 0) revert AmountZero();
        uint256 balance = _accounts[msg.sender].balance;
        if (amount > balance) revert BalanceTooLow(balance, amount);
        _accounts[msg.sender].balance = uint96(balance - amount);
        emit Withdrawn(msg.sender, amount);
        TOKEN.safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc IEnigmaTasks
    function balances(address account) external view returns (uint256) {
        return _accounts[account].balance;
    }

    function _deposit(uint256 amount) private {
        if (amount == 0) revert AmountZero();
        TOKEN.safeTransferFrom(msg.sender, address(this), amount);
        _credit(msg.sender, amount);
        emit Deposited(msg.sender, amount);
    }
}
