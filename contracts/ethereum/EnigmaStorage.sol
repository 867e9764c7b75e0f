// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {Settings, Slot} from "./EnigmaTypes.sol";
import {IEnigmaErrors} from "./IEnigmaErrors.sol";
import {IEnigmaEvents} from "./IEnigmaEvents.sol";

/// @title All that Enigma stores, and what was fixed when it was deployed
/// @notice `Enigma` and `EnigmaExtension` run on the same storage, so every variable of either stands here and nowhere else.
abstract contract EnigmaStorage is IEnigmaErrors, IEnigmaEvents, EIP712 {
    /// @dev An account's balance and, for a worker, its enclave's signer share one slot: a receipt needs both, and a second
    /// cold read would cost as much as the signature's check. 96 bits hold any amount, since the constructor refuses a token
    /// with a larger supply and nothing is credited that was not paid in.
    struct Account {
        uint96 balance;
        address signer;
    }

    /// @dev `listed`: in `_workers`, which is as long as snapshots are allowed to be.
    struct Enrolment {
        bytes32 encryptionKey;
        uint96 stake;
        bool loggedIn;
        bool listed;
    }

    /// @dev What a block needs to know, in one slot. Facts of the latest epoch, which may not have started.
    struct EpochHead {
        uint48 number;
        uint48 firstBlock;
        uint96 totalStake;
    }

    struct Epoch {
        bytes32 seed;
        uint48 firstBlock;
        uint48 snapshotBlock;
        uint96 totalStake;
        uint16 workerCount;
    }

    /// @dev A worker's part of the line of all stakes: it is selected by numbers from `start` to below `end`. By address,
    /// so that a receipt needs one read, however many workers there are, and an enclave one storage proof.
    struct Share {
        uint96 start;
        uint96 end;
    }

    /// @dev What was taken of a group's quota in the epoch in which somebody posted last.
    struct PostedGas {
        uint64 epoch;
        uint64 gasLimits;
    }

    /// @dev Version of instrumenter, prices and host interface. This code knows one, so every contract that it has
    /// deployed has it and nothing is stored; code that knows a second version will store it for each contract.
    uint32 internal constant RULES = 1;

    /// @dev The token that everything is paid in.
    IERC20 internal immutable TOKEN;
    address internal immutable OWNER;
    /// @dev Code that the accounts of all secret contracts are clones of.
    address internal immutable ACCOUNT;

    uint256 internal immutable EPOCH_BLOCKS;
    uint256 internal immutable EPOCH_GRACE_BLOCKS;
    uint256 internal immutable TASK_TIMEOUT_BLOCKS;
    uint256 internal immutable EVIDENCE_BLOCKS;
    uint256 internal immutable CALL_GAS_PRICE;
    uint256 internal immutable POSTED_GAS_PRICE;
    uint256 internal immutable POSTED_GAS_QUOTA;

    mapping(address account => Account) internal _accounts;

    mapping(bytes32 taskId => Slot) internal _taskSlots;
    mapping(address secretContract => Slot) internal _tips;
    mapping(address secretContract => bytes32) internal _codeHashes;
    /// @dev Zero: a group of its own, named by its own address.
    mapping(address secretContract => address) internal _groups;
    mapping(address group => PostedGas) internal _postedGas;

    mapping(address worker => Enrolment) internal _enrolments;
    /// @dev Kept for ever: evidence against an enclave's signer finds its worker, and nobody else can take the signer.
    mapping(address signer => address worker) internal _workerOfSigner;
    mapping(address worker => Checkpoints.Trace208) internal _weights;
    address[] internal _workers;

    address internal _principalSigner;
    EpochHead internal _head;
    mapping(uint256 number => Epoch) internal _epochs;
    mapping(uint256 number => mapping(uint256 index => address)) internal _snapshots;
    mapping(uint256 number => mapping(address worker => Share)) internal _shares;

    constructor(IERC20 token_, address owner_, address account_, Settings memory settings_) EIP712("Enigma", "1") {
        TOKEN = token_;
        OWNER = owner_;
        ACCOUNT = account_;
        EPOCH_BLOCKS = settings_.epochBlocks;
        EPOCH_GRACE_BLOCKS = settings_.epochGraceBlocks;
        TASK_TIMEOUT_BLOCKS = settings_.taskTimeoutBlocks;
        EVIDENCE_BLOCKS = settings_.evidenceBlocks;
        CALL_GAS_PRICE = settings_.callGasPrice;
        POSTED_GAS_PRICE = settings_.postedGasPrice;
        POSTED_GAS_QUOTA = settings_.postedGasQuota;
    }

    /// @dev Adds what the contract holds already, and so is part of a supply that fits.
    function _credit(address account, uint256 amount) internal {
        unchecked {
            _accounts[account].balance += uint96(amount);
        }
    }

    /// @dev Contracts of one group share a worker and can call each other.
    function _groupOf(address secretContract) internal view returns (address group) {
        group = _groups[secretContract];
        if (group == address(0)) group = secretContract;
    }

    /// @dev The epoch that rules this block; number 0 and no stake before the first.
    function _rulingEpoch()
        internal
        view
        returns (uint256 number, uint256 firstBlock, uint256 totalStake)
    {
        EpochHead storage head = _head;
        number = head.number;
        firstBlock = head.firstBlock;
        if (block.number >= firstBlock) return (number, firstBlock, head.totalStake);
        // The latest is set but has not started.
        Epoch storage previous = _epochs[--number];
        return (number, previous.firstBlock, previous.totalStake);
    }

    /// @dev The number that seed and group draw; its place on the line of stakes says who is selected.
    function _draw(bytes32 seed, address group, uint256 totalStake) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, group))) % totalStake;
    }

    /// @dev What a task's sender has paid in for it.
    function _escrow(uint256 gasLimit, uint256 gasPrice, uint256 callGasLimit) internal view returns (uint256) {
        unchecked {
            // 64 × 128 bits, twice: the sum fits.
            return gasLimit * gasPrice + callGasLimit * CALL_GAS_PRICE;
        }
    }
}
