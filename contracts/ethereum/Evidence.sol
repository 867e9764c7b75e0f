// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {EnclaveSignature} from "./EnclaveSignature.sol";
import {Move, Receipt} from "./EnigmaTypes.sol";
import {IEnigmaNetwork} from "./IEnigmaNetwork.sol";
import {RawWords, ReceiptWords} from "./RawWords.sol";
import {TaskHashing} from "./TaskHashing.sol";
import {Workers} from "./Workers.sol";

/// @title Evidence against enclaves that contradict themselves
/// @notice Task, record, epoch and states before fix everything that an enclave puts into a receipt, so an honest one signs
/// one receipt for them, however often and for whatever reason it executes the task again. Whatever differs after a refusal,
/// a reorganisation or a failed call differs in one of these too.
/// The evidence stays good: whoever stakes for that account again loses it again.
abstract contract Evidence is Workers {
    using RawWords for Receipt;

    /// @dev The reporter's part of what is slashed: one in so many.
    uint256 internal constant REWARD_DIVISOR = 10;

    /// @inheritdoc IEnigmaNetwork
    function reportEquivocation(
        Receipt calldata first,
        bytes calldata firstSignature,
        Receipt calldata second,
        bytes calldata secondSignature
    ) external {
        bytes32 firstHash = TaskHashing.receiptHash(first, first.moves);
        bytes32 secondHash = TaskHashing.receiptHash(second, second.moves);
        if (firstHash == secondHash || !_startAlike(first, second)) revert EvidenceInvalid();
        address signer = _signerOf(firstHash, firstSignature);
        if (signer == address(0) || signer != _signerOf(secondHash, secondSignature)) revert EvidenceInvalid();
        address liar = _workerOfSigner[signer];
        if (liar == address(0)) revert WorkerUnknown(signer);

        uint256 amount = _seize(liar, type(uint256).max);
        if (amount == 0) revert NothingToSlash(liar);
        uint256 reward = amount / REWARD_DIVISOR;
        _credit(msg.sender, reward);
        emit WorkerSlashed(liar, amount, msg.sender, reward);
        _burn(amount - reward);
    }

    function _signerOf(bytes32 receiptHash, bytes calldata signature) private view returns (address signer) {
        (signer,) = EnclaveSignature.recover(
            MessageHashUtils.toTypedDataHash(_domainSeparatorV4(), receiptHash), signature
        );
    }

    function _startAlike(Receipt calldata first, Receipt calldata second) private pure returns (bool) {
        ReceiptWords calldata one = first.words();
        ReceiptWords calldata other = second.words();
        if (one.taskId != other.taskId || one.recordHash != other.recordHash || one.epoch != other.epoch) return false;
        Move[] calldata moves = first.moves;
        Move[] calldata others = second.moves;
        if (moves.length != others.length) return false;
        for (uint256 i = 0; i < moves.length; ++i) {
            if (moves[i].secretContract != others[i].secretContract) return false;
            if (moves[i].stateBefore != others[i].stateBefore) return false;
        }
        return true;
    }
}
