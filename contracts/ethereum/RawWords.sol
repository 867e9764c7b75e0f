// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Effect, Move, Receipt, TaskRecord} from "./EnigmaTypes.sol";

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
}
