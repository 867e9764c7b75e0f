// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {EnigmaStorage} from "./EnigmaStorage.sol";
import {Settings} from "./EnigmaTypes.sol";
import {Evidence} from "./Evidence.sol";
import {Refunds} from "./Refunds.sol";

/// @title What Enigma does seldom
/// @notice Runs on Enigma's storage, by delegatecall. Called directly it finds storage of its own, which is empty and means
/// nothing to anybody.
contract EnigmaExtension is Refunds, Evidence {
    /// @dev Made by Enigma's constructor with what it was given itself. A token that cannot burn is refused here, not when
    /// the first penalty is due.
    constructor(IERC20 token_, address owner_, address account_, Settings memory settings)
        EnigmaStorage(token_, owner_, account_, settings)
    {
        ERC20Burnable(address(token_)).burn(0);
    }
}
