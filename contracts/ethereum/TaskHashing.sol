// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Effect, Move, Receipt, STATUS_REFUNDED, TaskRecord} from "./EnigmaTypes.sol";
import {EffectWords, RawWords} from "./RawWords.sol";

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

    bytes32 internal constant EFFECT_TYPEHASH =
        keccak256("Effect(uint8 kind,address source,address target,uint256 value,bytes data)");

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

    /// @notice EIP-712 hashStruct of a receipt.
    /// @param moves Those of the receipt.
    function receiptHash(Receipt calldata receipt, Move[] calldata moves) internal pure returns (bytes32 hash) {
        bytes32 moveType = MOVE_TYPEHASH;
        bytes32 receiptType = RECEIPT_TYPEHASH;
        assembly ("memory-safe") {
            // First a move at a time, then the receipt; behind them the hashes of the moves.
            let words := mload(0x40)
            let hashes := add(words, 0x120)
            let size := shl(5, moves.length)
            mstore(words, moveType)
            calldatacopy(add(words, 0x20), moves.offset, 0x60)
            mstore(hashes, keccak256(words, 0x80))
            for { let at := 0x20 } lt(at, size) { at := add(at, 0x20) } {
                calldatacopy(add(words, 0x20), add(moves.offset, mul(at, 3)), 0x60)
                mstore(add(hashes, at), keccak256(words, 0x80))
            }
            let movesHash := keccak256(hashes, size)
            mstore(words, receiptType)
            // Eight words; the fourth is the offset of the moves, in whose place their hash is signed.
            calldatacopy(add(words, 0x20), receipt, 0x100)
            mstore(add(words, 0x80), movesHash)
            hash := keccak256(words, 0x120)
        }
    }

    /// @notice What names the contracts that a task may touch beside the called one: those of all moves but the first.
    /// @return hash Zero for none, else keccak256 of the addresses as words.
    function touchesHash(Move[] calldata moves) internal pure returns (bytes32 hash) {
        if (moves.length < 2) return 0;
        assembly ("memory-safe") {
            let words := mload(0x40)
            let size := shl(5, sub(moves.length, 1))
            for { let at := 0 } lt(at, size) { at := add(at, 0x20) } {
                mstore(add(words, at), calldataload(add(moves.offset, add(0x60, mul(at, 3)))))
            }
            hash := keccak256(words, size)
        }
    }

    /// @notice EIP-712 hashStruct of an effect.
    function effectHash(Effect calldata effect) internal pure returns (bytes32) {
        EffectWords calldata words = RawWords.words(effect);
        return keccak256(
            abi.encode(EFFECT_TYPEHASH, words.kind, words.source, words.target, words.value, keccak256(effect.data))
        );
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
