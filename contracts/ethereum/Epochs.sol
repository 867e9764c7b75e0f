// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {EnclaveSignature} from "./EnclaveSignature.sol";
import {IEnigmaNetwork} from "./IEnigmaNetwork.sol";
import {Workers} from "./Workers.sol";

/// @title Epochs: who may settle, by lot in proportion to stake
/// @notice An epoch's snapshot is taken at a block that is fixed beforehand, `EPOCH_BLOCKS` after the epoch before it
/// started. The principal's enclave derives the seed from its master secret and that block's hash, and signs the seed
/// together with the hash of the snapshot that this contract computes itself. Hence:
/// - nobody knows the seed when the snapshot closes, and nobody can change the snapshot afterwards;
/// - the principal's host cannot try seeds: block, block hash and number are given, and there is one seed for them;
/// - the epoch starts some blocks after it is set, so that the next workers can fetch what they need.
/// BLOCKHASH reaches back 256 blocks. If that window passes unused, the snapshot block moves on by 256, so that there
/// is one allowed block at any time. The first epoch takes any block in the window and may start at once.
abstract contract Epochs is Workers {
    bytes32 internal constant EPOCH_TYPEHASH = keccak256(
        "Epoch(uint64 number,bytes32 seed,bytes32 snapshotHash,uint64 snapshotBlock,bytes32 snapshotBlockHash,uint64 firstBlock)"
    );

    /// @dev How far back the hash of a block can be had.
    uint256 internal constant BLOCKHASH_WINDOW = 256;

    /// @dev An epoch other than the first starts at least this many blocks after it is set.
    uint256 internal constant EPOCH_LEAD_BLOCKS = 2;

    /// @dev An epoch starts at most this many blocks after it is set.
    uint256 internal constant EPOCH_MAX_LEAD_BLOCKS = 256;

    /// @inheritdoc IEnigmaNetwork
    function registerPrincipal(address signer, bytes calldata quote) external {
        if (msg.sender != OWNER) revert OwnerOnly();
        if (_principalSigner != address(0)) revert PrincipalRegisteredAlready();
        if (signer == address(0)) revert SignerZero();
        _principalSigner = signer;
        emit PrincipalRegistered(signer, quote);
    }

    /// @inheritdoc IEnigmaNetwork
    function setEpoch(
        uint64 number,
        bytes32 seed,
        uint64 snapshotBlock,
        uint64 firstBlock,
        bytes calldata signature
    ) external {
        EpochHead memory head = _head;
        _checkSchedule(head, number, snapshotBlock, firstBlock);
        (address[] memory workers, uint256[] memory stakes, bytes32 snapshotHash) = snapshotAt(snapshotBlock);
        bytes32 digest = _hashTypedDataV4(
            _epochHash(number, seed, snapshotHash, snapshotBlock, blockhash(snapshotBlock), firstBlock)
        );
        (address signer,) = EnclaveSignature.recover(digest, signature);
        if (signer == address(0) || signer != _principalSigner) revert EpochSignatureInvalid();

        uint256 count = workers.length;
        uint96 totalStake = 0;
        for (uint256 i = 0; i < count; ++i) {
            uint96 end = uint96(stakes[i]);
            _snapshots[number][i] = workers[i];
            _shares[number][workers[i]] = Share(totalStake, end);
            totalStake = end;
        }
        _epochs[number] = Epoch(seed, uint48(firstBlock), uint48(snapshotBlock), totalStake, uint16(count));
        _head = EpochHead(uint48(number), uint48(firstBlock), totalStake);
        emit EpochSet(number, seed, snapshotBlock, firstBlock, snapshotHash);
    }

    /// @inheritdoc IEnigmaNetwork
    function principalSigner() external view returns (address) {
        return _principalSigner;
    }

    /// @inheritdoc IEnigmaNetwork
    function currentEpoch()
        external
        view
        returns (uint64 number, bytes32 seed, uint64 firstBlock, uint256 totalStake)
    {
        (uint256 ruling, uint256 first, uint256 total) = _rulingEpoch();
        return (uint64(ruling), _epochs[ruling].seed, uint64(first), total);
    }

    /// @inheritdoc IEnigmaNetwork
    function latestEpoch()
        external
        view
        returns (uint64 number, bytes32 seed, uint64 snapshotBlock, uint64 firstBlock, uint256 totalStake)
    {
        number = _head.number;
        Epoch storage epoch = _epochs[number];
        return (number, epoch.seed, epoch.snapshotBlock, epoch.firstBlock, epoch.totalStake);
    }

    /// @inheritdoc IEnigmaNetwork
    function scheduledSnapshotBlock() external view returns (uint64) {
        return _head.number == 0 ? 0 : uint64(_scheduledSnapshotBlock(_head.firstBlock));
    }

    /// @inheritdoc IEnigmaNetwork
    function epochWorkers(uint64 number)
        external
        view
        returns (address[] memory workers, uint256[] memory cumulativeStakes)
    {
        uint256 count = _epochs[number].workerCount;
        workers = new address[](count);
        cumulativeStakes = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            workers[i] = _snapshots[number][i];
            cumulativeStakes[i] = _shares[number][workers[i]].end;
        }
    }

    /// @inheritdoc IEnigmaNetwork
    function selectedWorker(uint64 number, address group) external view returns (address) {
        return _selected(number, group);
    }

    /// @inheritdoc IEnigmaNetwork
    function snapshotAt(uint64 blockNumber)
        public
        view
        returns (address[] memory workers, uint256[] memory cumulativeStakes, bytes32 snapshotHash)
    {
        uint256 registered = _workers.length;
        workers = new address[](registered);
        cumulativeStakes = new uint256[](registered);
        uint256 count = 0;
        uint256 total = 0;
        for (uint256 i = 0; i < registered; ++i) {
            address candidate = _workers[i];
            uint256 weight = _weightAt(candidate, blockNumber);
            if (weight == 0) continue;
            total += weight;
            workers[count] = candidate;
            cumulativeStakes[count] = total;
            ++count;
        }
        // Both arrays were made for everybody registered; give them the length of what they hold.
        assembly ("memory-safe") {
            mstore(workers, count)
            mstore(cumulativeStakes, count)
        }
        snapshotHash = keccak256(abi.encode(workers, cumulativeStakes));
    }

    /// @dev EIP-712 hashStruct of an epoch.
    function _epochHash(
        uint64 number,
        bytes32 seed,
        bytes32 snapshotHash,
        uint64 snapshotBlock,
        bytes32 snapshotBlockHash,
        uint64 firstBlock
    ) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(EPOCH_TYPEHASH, number, seed, snapshotHash, snapshotBlock, snapshotBlockHash, firstBlock)
        );
    }

    /// @dev The worker that serves a group in an epoch, or zero.
    function _selected(uint256 number, address group) internal view returns (address) {
        Epoch storage epoch = _epochs[number];
        if (epoch.totalStake == 0) return address(0);
        uint256 drawn = _draw(epoch.seed, group, epoch.totalStake);
        uint256 low = 0;
        uint256 high = epoch.workerCount - 1;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (_shares[number][_snapshots[number][middle]].end > drawn) high = middle;
            else low = middle + 1;
        }
        return _snapshots[number][low];
    }

    /// @dev The epoch that rules, has ruled or will rule a block; zero before the first.
    function _epochAt(uint256 blockNumber) internal view returns (uint256) {
        uint256 low = 0;
        uint256 high = _head.number;
        while (low < high) {
            uint256 middle = (low + high + 1) / 2;
            if (_epochs[middle].firstBlock <= blockNumber) low = middle;
            else high = middle - 1;
        }
        return low;
    }

    /// @dev See `Workers`. A task of the last block of the epochs that counted the old weight times out after
    /// `TASK_TIMEOUT_BLOCKS`; then there are `EVIDENCE_BLOCKS` to claim the penalty, or to report.
    function _isReleased(uint256 changedAt) internal view override returns (bool) {
        return _wasSuperseded(changedAt, TASK_TIMEOUT_BLOCKS + EVIDENCE_BLOCKS);
    }

    /// @dev See `Workers`.
    function _isSuperseded(uint256 changedAt) internal view override returns (bool) {
        return _wasSuperseded(changedAt, 0);
    }

    /// @dev The epochs that counted the old weight are over once one has started whose snapshot was taken after the change;
    /// whether that was so a number of blocks ago.
    function _wasSuperseded(uint256 changedAt, uint256 blocksAgo) private view returns (bool) {
        if (changedAt == 0) return true;
        // Before the first epoch: could it still take a snapshot that counts the weight?
        if (_head.number == 0) return block.number > changedAt + BLOCKHASH_WINDOW;
        if (block.number <= blocksAgo) return false;
        uint256 number = _epochAt(block.number - blocksAgo);
        return number != 0 && _epochs[number].snapshotBlock >= changedAt;
    }

    function _checkSchedule(EpochHead memory head, uint64 number, uint64 snapshotBlock, uint64 firstBlock)
        private
        view
    {
        if (_principalSigner == address(0)) revert PrincipalUnknown();
        if (number != uint256(head.number) + 1) revert EpochNumberWrong(head.number + 1);
        if (block.number < head.firstBlock) revert EpochPending(head.firstBlock);
        uint256 earliest = number == 1 ? uint256(snapshotBlock) + 1 : block.number + EPOCH_LEAD_BLOCKS;
        uint256 latest = block.number + EPOCH_MAX_LEAD_BLOCKS;
        if (number != 1) {
            uint256 scheduled = _scheduledSnapshotBlock(head.firstBlock);
            if (snapshotBlock != scheduled) revert SnapshotBlockWrong(uint64(scheduled));
        }
        if (blockhash(snapshotBlock) == 0) revert SnapshotBlockUnavailable();
        if (firstBlock < earliest || firstBlock > latest) revert FirstBlockWrong(uint64(earliest), uint64(latest));
    }

    /// @dev The one block that may be the next snapshot's, in the current block.
    function _scheduledSnapshotBlock(uint256 headFirstBlock) private view returns (uint256) {
        uint256 planned = headFirstBlock + EPOCH_BLOCKS;
        if (block.number <= planned) return planned;
        uint256 missed = (block.number - 1 - planned) / BLOCKHASH_WINDOW;
        return planned + missed * BLOCKHASH_WINDOW;
    }
}
