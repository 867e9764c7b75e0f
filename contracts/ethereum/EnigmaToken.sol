// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @title ENG, the token that tasks are paid and workers stake in
/// @notice 18 decimals, as ether. The whole supply is minted to the deployer; nothing is minted later. Holders can burn
/// what they have, as Enigma does with stakes that are lost.
contract EnigmaToken is ERC20, ERC20Burnable, ERC20Permit {
    /// @notice Mints everything to the deployer.
    /// @param supply All base units (10^-18 ENG) that will ever exist.
    constructor(uint256 supply) ERC20("Enigma", "ENG") ERC20Permit("Enigma") {
        _mint(msg.sender, supply);
    }
}
