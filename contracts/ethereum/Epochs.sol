// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IEnigma} from "./IEnigma.sol";
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
abstract contract Epochs is Workers, EIP712 {
    /// @dev What a block needs to know, in one slot. Facts of the latest epoch, which may not have started.
    struct EpochHead {
        uint48 number;
        uint48 firstBlock;
        uint48 previousFirstBlock;
        uint96 totalStake;
        uint16 workerCount;
    }

    struct Epoch {
        bytes32 seed;
        uint48 firstBlock;
        uint48 snapshotBlock;
        uint96 totalStake;
        uint16 workerCount;
    }

    /// @dev The epoch that rules this block, as far as records and receipts need it.
    struct RulingEpoch {
        uint256 number;
        uint256 firstBlock;
        uint256 totalStake;
        uint256 workerCount;
    }

    bytes32 internal constant EPOCH_TYPEHASH = keccak256(
        "Epoch(uint64 number,bytes32 seed,bytes32 snapshotHash,uint64 snapshotBlock,bytes32 snapshotBlockHash,uint64 firstBlock)"
    );

    /// @notice How far back the hash of a block can be had.
    uint256 public constant BLOCKHASH_WINDOW = 256;

    /// @notice An epoch other than the first starts at least this many blocks after it is set.
    uint256 public constant EPOCH_LEAD_BLOCKS = 2;

    /// @notice An epoch starts at most this many blocks after it is set.
    uint256 public constant EPOCH_MAX_LEAD_BLOCKS = 256;

    /// @notice Blocks from the start of an epoch to the snapshot for the next.
    uint256 public immutable EPOCH_BLOCKS;

    /// @notice The account that names the principal.
    address public immutable owner = msg.sender;

    /// @inheritdoc IEnigma
    address public principalSigner;

    EpochHead internal _head;
    mapping(uint256 number => Epoch) internal _epochs;
    /// @dev Worker in the low 160 bits, cumulative stake above it.
    mapping(uint256 number => mapping(uint256 index => uint256)) internal _snapshots;

    constructor(uint256 epochBlocks) {
        EPOCH_BLOCKS = epochBlocks;
    }

    /// @inheritdoc IEnigma
    function registerPrincipal(address signer, bytes calldata quote) external {
        if (msg.sender != owner) revert OwnerOnly();
        if (principalSigner != address(0)) revert PrincipalRegisteredAlready();
        if (signer == address(0)) revert SignerZero();
        principalSigner = signer;
        emit PrincipalRegistered(signer, quote);
    }

    /// @inheritdoc IEnigma
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
            keccak256(
                abi.encode(
                    EPOCH_TYPEHASH, number, seed, snapshotHash, snapshotBlock, blockhash(snapshotBlock), firstBlock
                )
            )
        );
        (address signer,,) = ECDSA.tryRecoverCalldata(digest, signature);
        if (signer == address(0) || signer != principalSigner) revert EpochSignatureInvalid();

        uint256 count = workers.length;
        uint96 totalStake = count == 0 ? 0 : uint96(stakes[count - 1]);
        for (uint256 i = 0; i < count; ++i) {
            _snapshots[number][i] = (stakes[i] << 160) | uint160(workers[i]);
        }
        _epochs[number] = Epoch(seed, uint48(firstBlock), uint48(snapshotBlock), totalStake, uint16(count));
        _head = EpochHead(uint48(number), uint48(firstBlock), head.firstBlock, totalStake, uint16(count));
        emit EpochSet(number, seed, snapshotBlock, firstBlock, snapshotHash);
    }

    /// @inheritdoc IEnigma
    function currentEpoch()
        external
        view
        returns (uint64 number, bytes32 seed, uint64 firstBlock, uint256 totalStake)
    {
        RulingEpoch memory ruling = _rulingEpoch();
        return (uint64(ruling.number), _epochs[ruling.number].seed, uint64(ruling.firstBlock), ruling.totalStake);
    }

    /// @inheritdoc IEnigma
    function latestEpoch()
        external
        view
        returns (uint64 number, bytes32 seed, uint64 snapshotBlock, uint64 firstBlock, uint256 totalStake)
    {
        number = _head.number;
        Epoch storage epoch = _epochs[number];
        return (number, epoch.seed, epoch.snapshotBlock, epoch.firstBlock, epoch.totalStake);
    }

    /// @inheritdoc IEnigma
    function scheduledSnapshotBlock() external view returns (uint64) {
        return _head.number == 0 ? 0 : uint64(_scheduledSnapshotBlock(_head.firstBlock));
    }

    /// @inheritdoc IEnigma
    function epochWorkers(uint64 number)
        external
        view
        returns (address[] memory workers, uint256[] memory cumulativeStakes)
    {
        uint256 count = _epochs[number].workerCount;
        workers = new address[](count);
        cumulativeStakes = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            uint256 packed = _snapshots[number][i];
            workers[i] = address(uint160(packed));
            cumulativeStakes[i] = packed >> 160;
        }
    }

    /// @inheritdoc IEnigma
    function selectedWorker(uint64 number, address group) external view returns (address) {
        Epoch storage epoch = _epochs[number];
        return _select(number, epoch.seed, epoch.totalStake, epoch.workerCount, group);
    }

    /// @inheritdoc IEnigma
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

    function _rulingEpoch() internal view returns (RulingEpoch memory) {
        EpochHead memory head = _head;
        if (block.number >= head.firstBlock) {
            return RulingEpoch(head.number, head.firstBlock, head.totalStake, head.workerCount);
        }
        // The latest is set but has not started. If it is the first, the one before it has number 0 and no stake.
        Epoch memory previous = _epochs[head.number - 1];
        return RulingEpoch(head.number - 1, previous.firstBlock, previous.totalStake, previous.workerCount);
    }

    /// @dev The first worker whose cumulative stake exceeds a number that seed and group draw; zero if there is none.
    function _select(uint256 number, bytes32 seed, uint256 totalStake, uint256 workerCount, address group)
        internal
        view
        returns (address)
    {
        if (totalStake == 0) return address(0);
        uint256 drawn = uint256(keccak256(abi.encode(seed, group))) % totalStake;
        uint256 low = 0;
        uint256 high = workerCount - 1;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (_snapshots[number][middle] >> 160 > drawn) high = middle;
            else low = middle + 1;
        }
        return address(uint160(_snapshots[number][low]));
    }

    /// @inheritdoc Workers
    function _oldestSnapshotInUse() internal view override returns (uint256) {
        uint256 latest = _head.number;
        if (latest == 0) return block.number > BLOCKHASH_WINDOW ? block.number - BLOCKHASH_WINDOW : 0;
        uint256 ruling = _rulingEpoch().number;
        return _epochs[ruling == 0 ? latest : ruling].snapshotBlock;
    }

    function _checkSchedule(EpochHead memory head, uint64 number, uint64 snapshotBlock, uint64 firstBlock)
        private
        view
    {
        if (principalSigner == address(0)) revert PrincipalUnknown();
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
