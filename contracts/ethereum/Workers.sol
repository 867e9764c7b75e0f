// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Balances} from "./Balances.sol";
import {Worker} from "./EnigmaTypes.sol";
import {IEnigma} from "./IEnigma.sol";

/// @title Workers, their stakes, and who of them is logged in
/// @notice A worker's weight is its stake while it is logged in, else nothing. Weights are kept as checkpoints by block
/// number, so that a snapshot of block n can be taken after n and is not changed by what happened since: that is what
/// keeps anyone from staking after having seen the seed. An epoch takes one read more for each doubling of a
/// worker's own changes; nothing walks through them.
abstract contract Workers is Balances {
    using Checkpoints for Checkpoints.Trace208;
    using SafeERC20 for IERC20;

    struct Enrolment {
        bytes32 encryptionKey;
        uint96 stake;
        bool loggedIn;
    }

    /// @dev Most workers at a time; bounds the work of an epoch.
    uint256 internal constant MAX_WORKERS = 128;

    /// @dev Least stake with which a worker can log in, in base units of ENG.
    uint256 internal constant MINIMUM_STAKE = 1 ether;

    mapping(address worker => Enrolment) internal _enrolments;
    mapping(address signer => address worker) internal _workerOfSigner;
    mapping(address worker => Checkpoints.Trace208) internal _weights;
    address[] internal _workers;

    modifier onlyWorker() {
        if (_accounts[msg.sender].signer == address(0)) revert WorkerUnknown(msg.sender);
        _;
    }

    /// @inheritdoc IEnigma
    function registerWorker(address signer, bytes32 encryptionKey, bytes calldata quote) external {
        if (signer == address(0)) revert SignerZero();
        address holder = _workerOfSigner[signer];
        if (holder != address(0) && holder != msg.sender) revert SignerTaken(signer);
        address replaced = _accounts[msg.sender].signer;
        if (replaced == address(0)) {
            if (_workers.length == MAX_WORKERS) revert WorkersFull(MAX_WORKERS);
            _workers.push(msg.sender);
        } else {
            delete _workerOfSigner[replaced];
        }
        _workerOfSigner[signer] = msg.sender;
        _accounts[msg.sender].signer = signer;
        _enrolments[msg.sender].encryptionKey = encryptionKey;
        emit WorkerRegistered(msg.sender, signer, encryptionKey, quote);
    }

    /// @inheritdoc IEnigma
    function depositStake(uint256 amount) external onlyWorker {
        _collect(amount);
        Enrolment storage enrolment = _enrolments[msg.sender];
        enrolment.stake += uint96(amount);
        if (enrolment.loggedIn) _weigh(enrolment.stake);
        emit StakeDeposited(msg.sender, amount);
    }

    /// @inheritdoc IEnigma
    function logIn() external onlyWorker {
        Enrolment storage enrolment = _enrolments[msg.sender];
        if (enrolment.loggedIn) revert WorkerLoggedInAlready();
        if (enrolment.stake < MINIMUM_STAKE) revert StakeTooLow(enrolment.stake, MINIMUM_STAKE);
        enrolment.loggedIn = true;
        _weigh(enrolment.stake);
        emit WorkerLoggedIn(msg.sender);
    }

    /// @inheritdoc IEnigma
    function logOut() external onlyWorker {
        Enrolment storage enrolment = _enrolments[msg.sender];
        if (!enrolment.loggedIn) revert WorkerNotLoggedIn();
        enrolment.loggedIn = false;
        _weigh(0);
        emit WorkerLoggedOut(msg.sender);
    }

    /// @inheritdoc IEnigma
    function withdrawStake(uint256 amount) external onlyWorker {
        if (amount == 0) revert AmountZero();
        Enrolment storage enrolment = _enrolments[msg.sender];
        if (enrolment.loggedIn) revert WorkerStillLoggedIn();
        if (_changedAt(msg.sender) > _oldestSnapshotInUse()) revert StakeLocked();
        if (amount > enrolment.stake) revert BalanceTooLow(enrolment.stake, amount);
        enrolment.stake -= uint96(amount);
        emit StakeWithdrawn(msg.sender, amount);
        TOKEN.safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc IEnigma
    function unregister() external onlyWorker {
        // Nobody is logged in without a stake, and no stake is withdrawn while a snapshot counts it: hence a worker
        // with none is in no snapshot that matters, and taking it off the list changes none.
        uint256 stake = _enrolments[msg.sender].stake;
        if (stake != 0) revert StakeNotWithdrawn(stake);
        delete _workerOfSigner[_accounts[msg.sender].signer];
        delete _accounts[msg.sender].signer;
        delete _enrolments[msg.sender];
        _removeFromList(msg.sender);
        emit WorkerUnregistered(msg.sender);
    }

    /// @inheritdoc IEnigma
    function worker(address account) external view returns (Worker memory) {
        Enrolment storage enrolment = _enrolments[account];
        return Worker({
            signer: _accounts[account].signer,
            encryptionKey: enrolment.encryptionKey,
            stake: enrolment.stake,
            loggedIn: enrolment.loggedIn,
            changedAt: _changedAt(account)
        });
    }

    /// @inheritdoc IEnigma
    function workerAddresses() external view returns (address[] memory) {
        return _workers;
    }

    /// @dev The earliest block whose weights a running, pending or coming epoch may count.
    function _oldestSnapshotInUse() internal view virtual returns (uint256);

    /// @dev A worker's weight at the end of a closed block.
    function _weightAt(address account, uint256 blockNumber) internal view returns (uint256) {
        return _weights[account].upperLookupRecent(uint48(blockNumber));
    }

    function _changedAt(address account) private view returns (uint48 blockNumber) {
        (, blockNumber,) = _weights[account].latestCheckpoint();
    }

    function _weigh(uint256 weight) private {
        _weights[msg.sender].push(uint48(block.number), uint208(weight));
    }

    /// @dev Keeps the order of registration, which selection depends on; at most `MAX_WORKERS` steps.
    function _removeFromList(address account) private {
        uint256 last = _workers.length - 1;
        bool found = false;
        for (uint256 i = 0; i < last; ++i) {
            found = found || _workers[i] == account;
            if (found) _workers[i] = _workers[i + 1];
        }
        _workers.pop();
    }
}
