// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;


/// @notice Writes down who called, with what, in which order, and with how much gas.
contract Recorder {
    event Called(address indexed caller, uint256 value, uint256 gas, bytes data);

    error Refused(bytes data);

    fallback() external payable {
        uint256 gas = gasleft();
        if (msg.data.length == 1) revert Refused(msg.data);
        emit Called(msg.sender, msg.value, gas, msg.data);
    }
}

/// @notice Everything that a target can do to who calls it.
contract Hostile {
    uint256 public calls;

    /// @notice Burns all gas that it is given.
    function burn() external {
        ++calls;
        while (true) ++calls;
    }

    /// @notice Reverts with a lot of data.
    function shout(uint256 size) external pure {
        assembly {
            mstore(0, 0x6e6f)
            revert(0, size)
        }
    }

    /// @notice Returns a lot of data.
    function babble(uint256 size) external returns (bytes memory) {
        ++calls;
        assembly {
            return(0, size)
        }
    }

    /// @notice Reverts with whatever data it is told, such as an error of Enigma's.
    function pretend(bytes calldata data) external pure {
        bytes memory copy = data;
        assembly {
            revert(add(copy, 0x20), mload(copy))
        }
    }
}

/// @notice Calls back into Enigma from within a call, and says how that went.
contract Reentrant {
    event Answered(bool success, bytes data);

    receive() external payable {}

    function again(address enigma, bytes calldata data) external {
        (bool success, bytes memory answer) = enigma.call(data);
        emit Answered(success, answer);
    }
}
