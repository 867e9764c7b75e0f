// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

/// @title What secret contracts call in tests: a target that writes down who called it, and how it was called
contract CallTarget {
    /// @notice A call that stands.
    struct Call {
        address caller;
        uint256 value;
        bytes data;
    }

    Call[] private _calls;
    /// @notice What a call back into Ethereum ended with.
    bool public inwardSucceeded;
    bytes public inwardAnswer;

    /// @notice A call came.
    event Called(address indexed caller, uint256 value, bytes data);

    /// @notice The target does not want to.
    error Refused(string why);

    /// @notice Takes every other call.
    fallback() external payable {
        _write();
    }

    receive() external payable {
        _write();
    }

    /// @notice Takes a number.
    function note(uint256) external payable {
        _write();
    }

    /// @notice Fails with a reason, after it has written.
    function refuse(string calldata why) external {
        _write();
        revert Refused(why);
    }

    /// @notice Uses up whatever gas it is given.
    function burn() external {
        for (uint256 i = 0; ; ++i) _calls.push(Call(msg.sender, i, ""));
    }

    /// @notice Calls somebody else while it is being called, and goes on whatever comes of it.
    function callInward(address to, bytes calldata data) external {
        _write();
        (inwardSucceeded, inwardAnswer) = to.call(data);
    }

    /// @notice All calls that stand, in order.
    function calls() external view returns (Call[] memory) {
        return _calls;
    }

    function _write() private {
        _calls.push(Call(msg.sender, msg.value, msg.data));
        emit Called(msg.sender, msg.value, msg.data);
    }
}
