// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IEnigma} from "../IEnigma.sol";
import {OrdersSecretTasks} from "../OrdersSecretTasks.sol";

/// @title The secret contract that draws
/// @notice `contracts/secret/lucky-number`, as calldata for it is written.
interface ILuckyNumber {
    /// @notice A number from 1 to `sides`, from randomness that nobody outside its enclave can foresee.
    function draw(uint64 sides) external returns (uint64 number);
}

/// @title A draw among those who have entered
/// @notice The winner is a number that a secret contract draws: neither miners nor the players can know or choose it.
contract LuckyDraw is OrdersSecretTasks {
    uint64 private constant SECRET_GAS = 1_000_000;
    uint64 private constant CALLBACK_GAS = 150_000;

    /// @notice The secret contract that draws.
    address public immutable luckyNumber;
    /// @notice The one who has won, when the draw is done.
    address public winner;
    /// @notice The task that draws, while its result is awaited.
    bytes32 public pending;
    address[] private _players;

    /// @notice Somebody takes part.
    event Entered(address indexed player, uint256 number);
    /// @notice The number is drawn.
    event Drawn(address indexed winner, uint256 number);
    /// @notice The secret contract could not draw; `draw` may be called again.
    event DrawFailed(bytes32 indexed taskId, uint8 ending);

    /// @notice The draw is under way, or done.
    error DrawStarted();
    /// @notice Nobody has entered.
    error NoPlayers();

    constructor(IEnigma enigma, address luckyNumber_) OrdersSecretTasks(enigma) {
        luckyNumber = luckyNumber_;
    }

    /// @notice Pays for draws: moves ENG, which the caller has approved, into this contract's balance in Enigma.
    function fund(uint256 amount) external {
        _fund(amount);
    }

    /// @notice Takes part.
    function enter() external {
        if (winner != address(0) || _isOpen(pending)) revert DrawStarted();
        _players.push(msg.sender);
        emit Entered(msg.sender, _players.length);
    }

    /// @notice Has the number drawn; the result comes by itself.
    function draw() external {
        if (winner != address(0) || _isOpen(pending)) revert DrawStarted();
        if (_players.length == 0) revert NoPlayers();
        bytes memory call = abi.encodeCall(ILuckyNumber.draw, (uint64(_players.length)));
        pending = _order(luckyNumber, call, SECRET_GAS, CALLBACK_GAS);
    }

    /// @notice Who has entered, in order.
    function players() external view returns (address[] memory) {
        return _players;
    }

    function _onResult(bytes32 taskId, uint8 ending, bytes memory payload) internal override {
        if (ending != ENDING_RETURNED) {
            emit DrawFailed(taskId, ending);
            return;
        }
        uint64 number = abi.decode(payload, (uint64));
        winner = _players[number - 1];
        emit Drawn(winner, number);
    }
}
