// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Move, Receipt, STATUS_REFUNDED, TaskRecord} from "./EnigmaTypes.sol";

/// @title Hashes of records, receipts and outcomes
/// @notice The encodings that the enclaves produce too. `TaskRecord` is static, so its `abi.encode` is the 480 bytes
/// that calldata and memory hold it in, and is hashed in place; values with dirty upper bits only give another hash.
library TaskHashing {
    bytes32 internal constant OUTCOME_TAG = keccak256("enigma/v1/outcome");

    bytes32 internal constant MOVE_TYPEHASH =
        keccak256("Move(address secretContract,bytes32 stateBefore,bytes32 stateAfter)");

    bytes32 internal constant RECEIPT_TYPEHASH = keccak256(
        "Receipt(bytes32 taskId,bytes32 recordHash,uint64 epoch,Move[] moves,bytes32 outputHash,uint64 gasUsed,bytes32 effectsHash,uint8 status)"
        "Move(address secretContract,bytes32 stateBefore,bytes32 stateAfter)"
    );

    uint256 private constant RECORD_SIZE = 480;

    /// @return keccak256(abi.encode(chain id, enigma, sender, nonce)).
    function taskId(address enigma, address sender, uint256 nonce) internal view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, enigma, sender, nonce));
    }

    function recordHash(TaskRecord memory record) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            hash := keccak256(record, RECORD_SIZE)
        }
    }

    function recordHashCalldata(TaskRecord calldata record) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let copy := mload(0x40)
            calldatacopy(copy, record, RECORD_SIZE)
            hash := keccak256(copy, RECORD_SIZE)
        }
    }

    /// @return EIP-712 hashStruct of a receipt with exactly one move.
    function receiptHash(Receipt calldata receipt) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                RECEIPT_TYPEHASH,
                receipt.taskId,
                receipt.recordHash,
                receipt.epoch,
                keccak256(abi.encode(_moveHash(receipt.moves[0]))),
                receipt.outputHash,
                receipt.gasUsed,
                receipt.effectsHash,
                receipt.status
            )
        );
    }

    /// @return What a task's slot holds after its end.
    function outcome(uint8 status, bytes32 receiptHash_) internal pure returns (bytes32) {
        return keccak256(abi.encode(OUTCOME_TAG, status, receiptHash_));
    }

    /// @return What a task's slot holds after a refund.
    function refundOutcome() internal pure returns (bytes32) {
        return outcome(STATUS_REFUNDED, 0);
    }

    function _moveHash(Move calldata move) private pure returns (bytes32) {
        return keccak256(abi.encode(MOVE_TYPEHASH, move.secretContract, move.stateBefore, move.stateAfter));
    }
}
