// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Balances} from "./Balances.sol";
import {Epochs} from "./Epochs.sol";
import {Receipts} from "./Receipts.sol";
import {Tasks} from "./Tasks.sol";

/// @title Enigma
/// @notice The whole contract is the sum of its parts, each in its own file: `Balances`, `Workers`, `Epochs`,
/// `SecretContracts`, `Tasks`, `Receipts`. `IEnigma` describes what it offers.
/// The compiler writes the storage layout beside the ABI; slots that proofs are made for:
/// `taskSlots[taskId]`, `tips[contract]`, `_accounts[worker]` (signer), `_head`, `_epochs[number]`, `_snapshots[number][i]`,
/// `_codeHashes[contract]`.
contract Enigma is Receipts {
    /// @notice Fixes what `parameters` shows.
    /// @param token_ ENG.
    /// @param epochBlocks Blocks from the start of an epoch to the snapshot for the next.
    /// @param epochGraceBlocks Blocks of a new epoch in which records may still name the one before.
    /// @param taskTimeoutBlocks Blocks after its record from which on a task that is not settled is refunded.
    constructor(IERC20 token_, uint256 epochBlocks, uint256 epochGraceBlocks, uint256 taskTimeoutBlocks)
        Balances(token_)
        Epochs(epochBlocks)
        Tasks(epochGraceBlocks, taskTimeoutBlocks)
        EIP712("Enigma", "1")
    {}
}
