// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IEnigma} from "./IEnigma.sol";

/// @title ENG that accounts hold inside Enigma
/// @notice An account's balance and, for a worker, its enclave's signer share one slot: a receipt needs both, and a
/// second cold read would cost as much as the signature's check. 96 bits hold any amount, since the constructor
/// refuses a token with a larger supply and nothing is credited that was not paid in.
abstract contract Balances is IEnigma {
    using SafeERC20 for IERC20;

    struct Account {
        uint96 balance;
        address signer;
    }

    /// @dev The token that everything is paid in.
    IERC20 internal immutable TOKEN;

    mapping(address account => Account) internal _accounts;

    error SupplyTooLarge();

    constructor(IERC20 token_) {
        if (token_.totalSupply() > type(uint96).max) revert SupplyTooLarge();
        TOKEN = token_;
    }

    /// @inheritdoc IEnigma
    function deposit(uint256 amount) external {
        _deposit(amount);
    }

    /// @inheritdoc IEnigma
    function depositWithPermit(uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external {
        // A permit is public once it is in the mempool, and whoever hands it in first makes this one fail while the
        // allowance it gives stands. Only the transfer decides.
        // solhint-disable-next-line no-empty-blocks
        try IERC20Permit(address(TOKEN)).permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
        _deposit(amount);
    }

    /// @inheritdoc IEnigma
    function withdrawBalance(uint256 amount) external {
        if (amount == 0) revert AmountZero();
        uint256 balance = _accounts[msg.sender].balance;
        if (amount > balance) revert BalanceTooLow(balance, amount);
        _accounts[msg.sender].balance = uint96(balance - amount);
        emit Withdrawn(msg.sender, amount);
        TOKEN.safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc IEnigma
    function balances(address account) external view returns (uint256) {
        return _accounts[account].balance;
    }

    /// @dev Adds what the contract holds already, and so is part of a supply that fits.
    function _credit(address account, uint256 amount) internal {
        unchecked {
            _accounts[account].balance += uint96(amount);
        }
    }

    /// @dev Takes tokens from the caller's wallet into this contract.
    function _collect(uint256 amount) internal {
        if (amount == 0) revert AmountZero();
        TOKEN.safeTransferFrom(msg.sender, address(this), amount);
    }

    function _deposit(uint256 amount) private {
        _collect(amount);
        _credit(msg.sender, amount);
        emit Deposited(msg.sender, amount);
    }
}
