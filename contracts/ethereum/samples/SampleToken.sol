// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A plain ERC-20 token
/// @notice Such as a sealed auction pays out in.
contract SampleToken is ERC20 {
    /// @notice Mints `supply` base units (18 decimals) to the deployer.
    constructor(uint256 supply) ERC20("Sample", "SMP") {
        _mint(msg.sender, supply);
    }
}
