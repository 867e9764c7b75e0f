// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {EnigmaExtension} from "./EnigmaExtension.sol";
import {EnigmaStorage} from "./EnigmaStorage.sol";
import {Settings} from "./EnigmaTypes.sol";
import {Receipts} from "./Receipts.sol";
import {SecretContractAccount} from "./SecretContractAccount.sol";

/// @title Enigma
/// @notice The whole contract is the sum of its parts, each in its own file: `Balances`, `SecretContracts`, `Tasks`, `Effects`
/// and `Receipts` here, `Workers`, `Epochs`, `Refunds` and `Evidence` in `EnigmaExtension`. `IEnigma` describes what it offers.
/// The compiler writes the storage layout beside the ABI; slots that proofs are made for:
/// `taskSlots[taskId]`, `tips[contract]`, `_accounts[worker]` (signer), `_head`, `_epochs[number]`, `_snapshots[number][i]`,
/// `_codeHashes[contract]`, `_groups[contract]`.
contract Enigma is Receipts {
    /// @notice The code behind everything that this contract itself does not know.
    address public immutable extension;

    error SupplyTooLarge();

    /// @notice Fixes what `parameters` shows. The account of secret contracts is the first thing that Enigma creates, so
    /// that its address follows from Enigma's.
    /// @param token_ ENG, which must be burnable.
    constructor(IERC20 token_, Settings memory settings)
        EnigmaStorage(token_, msg.sender, address(new SecretContractAccount()), settings)
    {
        if (token_.totalSupply() > type(uint96).max) revert SupplyTooLarge();
        extension = address(new EnigmaExtension(token_, msg.sender, ACCOUNT, settings));
    }

    // solhint-disable no-complex-fallback
    /// @notice Runs the extension's code as if it stood here.
    fallback() external {
        address target = extension;
        // Nothing of this frame is used again: memory is the call's.
        assembly {
            calldatacopy(0, 0, calldatasize())
            let success := delegatecall(gas(), target, 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            if success { return(0, returndatasize()) }
            revert(0, returndatasize())
        }
    }
}
