// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

/// @title The Ethereum account of a secret contract
/// @notice Every secret contract has an ERC-1167 clone of this at its own address, so that what it calls sees that
/// address as `msg.sender`. Only Enigma can make it act.
contract SecretContractAccount {
    /// @notice The Enigma contract, which deploys this implementation; clones share it, as it is part of the code.
    address public immutable enigma = msg.sender;

    /// @notice The caller is not Enigma.
    error EnigmaOnly();

    /// @notice Takes ether from anyone.
    receive() external payable {}

    /// @notice Calls `target` from this address with `value` wei, which the account holds or is given with the call.
    /// Reverts with the target's own data if the target does.
    /// @return result What the target returned.
    function execute(address target, uint256 value, bytes calldata data)
        external
        payable
        returns (bytes memory result)
    {
        if (msg.sender != enigma) revert EnigmaOnly();
        bool success;
        (success, result) = target.call{value: value}(data);
        if (!success) {
            assembly ("memory-safe") {
                revert(add(result, 0x20), mload(result))
            }
        }
    }
}
