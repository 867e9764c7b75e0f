// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Move, Receipt, STATUS_REFUNDED, TaskRecord} from "./EnigmaTypes.sol";

/// @title Hashes of records, receipts and outcomes
/// @notice The encodings that the enclaves produce too. All of them are sequences of 32-byte words, and lie in calldata
/// as they are hashed, so they are copied whole and hashed in place: encoding them field by field costs more than the
/// hash. A value with dirty upper bits only gives a hash that nobody has recorded or signed.
library TaskHashing {
    bytes32 internal constant OUTCOME_TAG = keccak256("enigma/v1/outcome");

    bytes32 internal constant MOVE_TYPEHASH =
        keccak256("Move(address secretContract,bytes32 stateBefore,bytes32 stateAfter)");

    bytes32 internal constant RECEIPT_TYPEHASH = keccak256(
        "Receipt(bytes32 taskId,bytes32 recordHash,uint64 epoch,Move[] moves,bytes32 outputHash,uint64 gasUsed,bytes32 effectsHash,uint8 status)"
        "Move(address secretContract,bytes32 stateBefore,bytes32 stateAfter)"
    );

    /// @notice Id of the task that a sender records with a nonce.
    /// @param sender An address, as a word.
    /// @return hash keccak256(abi.encode(chain id, enigma, sender, nonce)).
    function taskId(address enigma, uint256 sender, uint256 nonce) internal view returns (bytes32 hash) {
        assembly ("memory-safe") {
            let words := mload(0x40)
            mstore(words, chainid())
            mstore(add(words, 0x20), enigma)
            mstore(add(words, 0x40), sender)
            mstore(add(words, 0x60), nonce)
            hash := keccak256(words, 0x80)
        }
    }

    /// @notice Hash of a record as it lies in calldata.
    /// @return hash keccak256(abi.encode(record)): 15 words.
    function recordHash(TaskRecord calldata record) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let words := mload(0x40)
            calldatacopy(words, record, 0x1e0)
            hash := keccak256(words, 0x1e0)
        }
    }

    /// @notice EIP-712 hashStruct of a receipt with exactly one move.
    function receiptHash(Receipt calldata receipt, Move calldata move) internal pure returns (bytes32 hash) {
        bytes32 moveType = MOVE_TYPEHASH;
        bytes32 receiptType = RECEIPT_TYPEHASH;
        assembly ("memory-safe") {
            let words := mload(0x40)
            mstore(words, moveType)
            calldatacopy(add(words, 0x20), move, 0x60)
            mstore(0x00, keccak256(words, 0x80))
            let movesHash := keccak256(0x00, 0x20)
            mstore(words, receiptType)
            // Eight words; the fourth is the offset of the moves, in whose place their hash is signed.
            calldatacopy(add(words, 0x20), receipt, 0x100)
            mstore(add(words, 0x80), movesHash)
            hash := keccak256(words, 0x120)
        }
    }

    /// @notice What a task's slot holds after its end.
    /// @return hash keccak256(abi.encode(tag, status, receipt hash)).
    function outcome(uint256 status, bytes32 receiptHash_) internal pure returns (bytes32 hash) {
        bytes32 tag = OUTCOME_TAG;
        assembly ("memory-safe") {
            let words := mload(0x40)
            mstore(words, tag)
            mstore(add(words, 0x20), status)
            mstore(add(words, 0x40), receiptHash_)
            hash := keccak256(words, 0x60)
        }
    }

    /// @notice What a task's slot holds after a refund.
    function refundOutcome() internal pure returns (bytes32) {
        return outcome(STATUS_REFUNDED, 0);
    }
}
