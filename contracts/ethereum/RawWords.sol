// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Commitment, Effect, Move, Receipt, TaskOrder, TaskRecord} from "./EnigmaTypes.sol";

/// @dev `TaskRecord`, `Receipt`, `Move` and `Effect` as the whole words that calldata holds.
struct RecordWords {
    uint256 sender;
    uint256 nonce;
    uint256 kind;
    uint256 secretContract;
    uint256 codeHash;
    uint256 inputHash;
    uint256 touchesHash;
    uint256 gasLimit;
    uint256 gasPrice;
    uint256 callGasLimit;
    uint256 blockNumber;
    uint256 timestamp;
    uint256 parentHash;
}

struct ReceiptWords {
    uint256 taskId;
    uint256 recordHash;
    uint256 epoch;
    uint256 movesOffset;
    uint256 outputHash;
    uint256 gasUsed;
    uint256 effectsHash;
    uint256 status;
}

struct MoveWords {
    uint256 secretContract;
    uint256 stateBefore;
    uint256 stateAfter;
}

struct OrderWords {
    uint256 nonce;
    uint256 kind;
    uint256 secretContract;
    uint256 codeHash;
    uint256 inputHash;
    uint256 touchesHash;
    uint256 gasLimit;
    uint256 gasPrice;
    uint256 callGasLimit;
    uint256 epoch;
}

struct EffectWords {
    uint256 kind;
    uint256 source;
    uint256 target;
    uint256 value;
}

/// @title Reading records and receipts without the checks of types
/// @notice Solidity refuses a whole call when one value in it has dirty upper bits. In a batch of receipts that would let
/// one bad receipt spoil the others, and it costs gas for each access. Read as words, a receipt's values only ever
/// enter comparisons and hashes, which a dirty value fails; those of a record are used after its hash was compared
/// with what this contract itself has recorded.
library RawWords {
    function words(TaskRecord calldata record) internal pure returns (RecordWords calldata raw) {
        assembly ("memory-safe") {
            raw := record
        }
    }

    /// @notice An order, of which every word must be compared with something, or be checked by reading it as what it is.
    function words(TaskOrder calldata order) internal pure returns (OrderWords calldata raw) {
        assembly ("memory-safe") {
            raw := order
        }
    }

    function words(Receipt calldata receipt) internal pure returns (ReceiptWords calldata raw) {
        assembly ("memory-safe") {
            raw := receipt
        }
    }

    function words(Move calldata move) internal pure returns (MoveWords calldata raw) {
        assembly ("memory-safe") {
            raw := move
        }
    }

    function words(Effect calldata effect) internal pure returns (EffectWords calldata raw) {
        assembly ("memory-safe") {
            raw := effect
        }
    }

    /// @notice One of the moves of a receipt; zeros beyond the end of calldata.
    function item(Move[] calldata moves, uint256 index) internal pure returns (MoveWords calldata raw) {
        assembly ("memory-safe") {
            raw := add(moves.offset, mul(index, 0x60))
        }
    }

    /// @notice One of a list of commitments.
    function item(Commitment[] calldata commitments, uint256 index) internal pure returns (Commitment calldata commitment) {
        assembly ("memory-safe") {
            commitment := add(commitments.offset, calldataload(add(commitments.offset, shl(5, index))))
        }
    }

    /// @notice The parts of a commitment behind the record that it starts with. Where they are said to be is not checked: what
    /// is read elsewhere, or beyond the end as zeros, has no hash and no signature that holds.
    function parts(Commitment calldata commitment)
        internal
        pure
        returns (Receipt calldata receipt, Move[] calldata moves, Effect[] calldata effects, bytes calldata signature)
    {
        assembly ("memory-safe") {
            receipt := add(commitment, calldataload(add(commitment, 0x1e0)))
            let list := add(receipt, calldataload(add(receipt, 0x60)))
            moves.offset := add(list, 0x20)
            moves.length := calldataload(list)
            list := add(commitment, calldataload(add(commitment, 0x200)))
            effects.offset := add(list, 0x20)
            effects.length := calldataload(list)
            list := add(commitment, calldataload(add(commitment, 0x220)))
            signature.offset := add(list, 0x20)
            signature.length := calldataload(list)
        }
    }
}
