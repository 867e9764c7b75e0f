// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {
    Commitment,
    EFFECT_BEST_EFFORT,
    EFFECT_EVENT,
    EFFECT_REQUIRED,
    Effect,
    KIND_DEPLOY,
    KIND_ORDERED,
    MAX_EFFECTS,
    Move,
    STATUS_CALLBACK_FAILED,
    STATUS_COMMITTED,
    STATUS_FAILED,
    TaskRecord
} from "./EnigmaTypes.sol";
import {EffectWords, MoveWords, RawWords} from "./RawWords.sol";
import {SecretContractAccount} from "./SecretContractAccount.sol";
import {TaskHashing} from "./TaskHashing.sol";
import {Tasks} from "./Tasks.sol";

/// @title What tasks do on Ethereum once their receipts stand
/// @notice A task's tips, its deployment and its effects are made in one call of Enigma to itself, so that a required call
/// that fails undoes them all by a revert, with everything that targets did in between.
///
/// A call can end in three ways which nobody may be able to pass off for each other: the target succeeds; it fails, which
/// is the task's result; or the worker's transaction has not left it the gas that the record promises, and then the whole
/// transaction reverts. The account tells the first two apart as values and reverts only for the third, and in this
/// call to ourselves only a failed required call reverts with `RequiredCallFailed`, from code that no target runs in. So
/// every other revert on the way, running out of gas included, is the third.
///
/// Targets may call back into Enigma: order tasks, refund, move their balances, report. Nothing that is kept in memory across
/// a call can be changed by that: tips and slots of other tasks are read after it, balances are added to and never
/// written whole, the sender's enclave is fixed since the sender is a plain account in the middle of a transaction, an epoch
/// that is set starts in a later block, and receipts are taken at top level only.
abstract contract Effects is Tasks {
    using RawWords for Effect;
    using RawWords for Move[];
    using RawWords for TaskRecord;

    /// @dev What a call costs its task beside what it uses: the way through accounts, and each byte of its data.
    uint256 private constant CALL_BASE_GAS = 3_000;
    uint256 private constant CALL_BYTE_GAS = 16;

    /// @dev Kept back for the transfer of value and the creation of the account that receives it.
    uint256 private constant VALUE_GAS = 34_000;

    /// @notice Makes the moves and effects of one task; for Enigma itself only.
    /// @return callGasUsed What the calls cost, in Ethereum gas.
    function makeEffects(bytes32 taskId, Commitment calldata commitment) external returns (uint256 callGasUsed) {
        if (msg.sender != address(this)) revert EnigmaOnly();
        if (commitment.receipt.status == STATUS_COMMITTED) {
            _move(taskId, commitment.record, commitment.receipt.moves);
        }
        Effect[] calldata effects = commitment.effects;
        uint256 callGasLimit = commitment.record.callGasLimit;
        for (uint256 i = 0; i < effects.length; ++i) {
            Effect calldata effect = effects[i];
            if (effect.kind == EFFECT_EVENT) {
                SecretContractAccount(payable(effect.source)).emitLog(effect.value, effect.data);
                continue;
            }
            (bool success, uint256 cost, bytes memory reason) = _call(effect, callGasLimit - callGasUsed);
            callGasUsed += cost;
            if (success) continue;
            if (effect.kind == EFFECT_REQUIRED) revert RequiredCallFailed(i, callGasUsed, reason);
            emit CallFailed(taskId, i, reason);
        }
    }

    /// @notice Makes the moves and effects of a receipt that holds.
    /// @return outcome The receipt's status, or that a required call has failed.
    function _perform(bytes32 taskId, Commitment calldata commitment, uint256 status)
        internal
        returns (uint256 outcome, uint256 callGasUsed)
    {
        try this.makeEffects(taskId, commitment) returns (uint256 used) {
            return (status, used);
        } catch (bytes memory failure) {
            if (failure.length < 4 || bytes4(failure) != RequiredCallFailed.selector) revert CallGasStarved();
            uint256 index;
            bytes memory reason;
            (index, callGasUsed, reason) = _decodeFailure(failure);
            emit CallFailed(taskId, index, reason);
            return (STATUS_CALLBACK_FAILED, callGasUsed);
        }
    }

    /// @dev Moves the tips of a committed task and makes the contract that it deploys.
    function _move(bytes32 taskId, TaskRecord calldata record, Move[] calldata moves) internal {
        unchecked {
            uint256 i = 0;
            do {
                MoveWords calldata move = moves.item(i);
                _tips[address(uint160(move.secretContract))].value = bytes32(move.stateAfter);
            } while (++i < moves.length);
        }
        if (record.words().kind == KIND_DEPLOY) _deploy(taskId, record.secretContract, record.codeHash, record.touchesHash);
    }

    /// @notice Whether the effects are those that were signed, and have a form and a source that they may have.
    /// @param kind Of the record.
    /// @return refusal Zero, or the selector of an error.
    function _examineEffects(
        Effect[] calldata effects,
        bytes32 effectsHash,
        Move[] calldata moves,
        uint256 kind,
        uint256 status
    ) internal pure returns (bytes4 refusal) {
        uint256 count = effects.length;
        // The enclave adds the callback of an ordered call to whatever the call itself wants.
        if (count > (kind == KIND_ORDERED ? MAX_EFFECTS + 1 : MAX_EFFECTS)) return EffectsInvalid.selector;
        bytes32[] memory hashes = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) hashes[i] = TaskHashing.effectHash(effects[i]);
        if (count == 0 ? effectsHash != 0 : effectsHash != keccak256(abi.encodePacked(hashes))) {
            return EffectsMismatch.selector;
        }
        // What a task that failed wanted to do is not done, but who ordered it learns that it failed.
        if (status == STATUS_FAILED && count != 0 && kind != KIND_ORDERED) return EffectsInvalid.selector;
        for (uint256 i = 0; i < count; ++i) {
            if (!_isSound(effects[i], moves, status)) return EffectsInvalid.selector;
        }
        return 0;
    }

    function _call(Effect calldata effect, uint256 left)
        private
        returns (bool success, uint256 cost, bytes memory reason)
    {
        uint256 base = CALL_BASE_GAS + CALL_BYTE_GAS * effect.data.length;
        uint256 kept = effect.value == 0 ? base : base + VALUE_GAS;
        if (kept > left) return (false, 0, abi.encodeWithSelector(CallGasSpent.selector));
        if (effect.data.length != 0 && effect.target.code.length == 0) {
            return (false, base, abi.encodeWithSelector(TargetWithoutCode.selector));
        }
        SecretContractAccount account = SecretContractAccount(payable(effect.source));
        (success, cost, reason) = account.execute(effect.target, effect.value, left - kept, effect.data);
        cost += base;
        // Reading a target for the first time may cost more than is kept for it; that is not the task's.
        if (cost > left) cost = left;
    }

    /// @dev The contracts that move are those that the worker was selected for; only their accounts may act.
    function _isSound(Effect calldata effect, Move[] calldata moves, uint256 status) private pure returns (bool) {
        EffectWords calldata words = effect.words();
        uint256 kind = words.kind;
        bool known = kind == EFFECT_BEST_EFFORT || (status == STATUS_COMMITTED && kind == EFFECT_REQUIRED);
        if (kind == EFFECT_EVENT) {
            known = status == STATUS_COMMITTED && words.target == 0 && words.value <= 4
                && effect.data.length >= words.value * 32;
        }
        if (!known || words.target >> 160 != 0) return false;
        for (uint256 i = 0; i < moves.length; ++i) {
            if (words.source == uint160(moves[i].secretContract)) return true;
        }
        return false;
    }

    function _decodeFailure(bytes memory failure)
        private
        pure
        returns (uint256 index, uint256 gasUsed, bytes memory reason)
    {
        // In memory only the arguments can be decoded: the selector is written over by their length.
        assembly ("memory-safe") {
            let size := sub(mload(failure), 4)
            failure := add(failure, 4)
            mstore(failure, size)
        }
        return abi.decode(failure, (uint256, uint256, bytes));
    }
}
