// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Effect, Move, Receipt, TaskRecord} from "../EnigmaTypes.sol";
import {TaskHashing} from "../TaskHashing.sol";

/// @notice Hashes as Enigma computes them, for the vectors.
contract Hashes {
    function receiptHash(Receipt calldata receipt) external pure returns (bytes32) {
        return TaskHashing.receiptHash(receipt, receipt.moves);
    }

    function recordHash(TaskRecord calldata record) external pure returns (bytes32) {
        return TaskHashing.recordHash(record);
    }

    function touchesHash(Move[] calldata moves) external pure returns (bytes32) {
        return TaskHashing.touchesHash(moves);
    }

    function effectHash(Effect calldata effect) external pure returns (bytes32) {
        return TaskHashing.effectHash(effect);
    }
}
