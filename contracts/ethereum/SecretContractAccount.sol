// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

/// @title The Ethereum account of a secret contract
/// @notice Every secret contract has an ERC-1167 clone of this at its own address, so that what it calls sees that
/// address as `msg.sender`, and what it emits carries it. Only Enigma can make it act.
contract SecretContractAccount {
    /// @dev What a call may cost the account beside the gas that it hands on: reading the target (twice where it delegates
    /// its code) and the steps around; with value also the transfer and the creation of an account.
    uint256 private constant CALL_GAS = 6_000;
    uint256 private constant VALUE_CALL_GAS = 40_000;

    /// @dev Of what a target returns so much is kept, so that it cannot make others pay for the copying.
    uint256 private constant MAX_RETURNED = 256;

    /// @notice The Enigma contract, which deploys this implementation; clones share it, as it is part of the code.
    address public immutable enigma = msg.sender;

    /// @notice The caller is not Enigma.
    error EnigmaOnly();

    /// @notice There is less gas than the call is promised.
    error CallGasStarved();

    /// @notice Takes ether from anyone.
    receive() external payable {}

    /// @notice Calls `target` from this address with `value` wei of the account and exactly `gasLimit` gas (and the stipend
    /// of 2,300 that comes with value). Reverts only where the gas is not there: a call that fails is a result, so that nobody
    /// can pass off one for the other.
    /// @return success Whether the target returned.
    /// @return gasUsed What the call cost, in gas.
    /// @return returned The first 256 bytes of what a target that failed gave back; nothing of one that returned.
    function execute(address target, uint256 value, uint256 gasLimit, bytes calldata data)
        external
        returns (bool success, uint256 gasUsed, bytes memory returned)
    {
        if (msg.sender != enigma) revert EnigmaOnly();
        bytes memory input = data;
        uint256 before = gasleft();
        // A call gets at most 63/64 of what there is (EIP-150), and is silently given less where that is less than asked for.
        if (before < gasLimit + gasLimit / 63 + 1 + (value == 0 ? CALL_GAS : VALUE_CALL_GAS)) revert CallGasStarved();
        uint256 size = 0;
        assembly ("memory-safe") {
            success := call(gasLimit, target, value, add(input, 0x20), mload(input), 0, 0)
            gasUsed := sub(before, gas())
            if iszero(success) { size := returndatasize() }
        }
        returned = new bytes(size < MAX_RETURNED ? size : MAX_RETURNED);
        assembly ("memory-safe") {
            returndatacopy(add(returned, 0x20), 0, mload(returned))
        }
    }

    /// @notice Emits a log from this address.
    /// @param topics How many words of `data` are topics, 0 to 4; the rest is the log's data.
    function emitLog(uint256 topics, bytes calldata data) external {
        if (msg.sender != enigma) revert EnigmaOnly();
        bytes memory content = data[topics * 32:];
        assembly ("memory-safe") {
            let start := add(content, 0x20)
            let size := mload(content)
            let first := calldataload(data.offset)
            let second := calldataload(add(data.offset, 0x20))
            let third := calldataload(add(data.offset, 0x40))
            switch topics
            case 0 { log0(start, size) }
            case 1 { log1(start, size, first) }
            case 2 { log2(start, size, first, second) }
            case 3 { log3(start, size, first, second, third) }
            default { log4(start, size, first, second, third, calldataload(add(data.offset, 0x60))) }
        }
    }
}
