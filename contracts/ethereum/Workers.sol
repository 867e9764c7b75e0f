// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {EnclaveSignature} from "./EnclaveSignature.sol";
import {EnigmaStorage} from "./EnigmaStorage.sol";
import {Worker} from "./EnigmaTypes.sol";
import {IEnigmaNetwork} from "./IEnigmaNetwork.sol";

/// @title Workers, their stakes, and who of them is logged in
/// @notice A worker's weight is its stake while it is logged in, else nothing. Weights are kept as checkpoints by block
/// number, so that a snapshot of block n can be taken after n and is not changed by what happened since: that is what
/// keeps anyone from staking after having seen the seed. An epoch takes one read more for each doubling of a
/// worker's own changes; nothing walks through them.
/// Snapshots walk through the workers that have ever logged in, which takes a stake: accounts without one cannot fill the list.
abstract contract Workers is EnigmaStorage, IEnigmaNetwork {
    using Checkpoints for Checkpoints.Trace208;
    using SafeERC20 for IERC20;

    bytes32 internal constant REGISTRATION_TYPEHASH =
        keccak256("WorkerRegistration(address worker,address signer,bytes32 encryptionKey)");

    /// @dev Most workers at a time; bounds the work of an epoch.
    uint256 internal constant MAX_WORKERS = 128;

    /// @dev Least stake with which a worker can log in, in base units of ENG.
    uint256 internal constant MINIMUM_STAKE = 1 ether;

    modifier onlyWorker() {
        if (_accounts[msg.sender].signer == address(0)) revert WorkerUnknown(msg.sender);
        _;
    }

    /// @inheritdoc IEnigmaNetwork
    function registerWorker(address signer, bytes32 encryptionKey, bytes calldata quote, bytes calldata registration)
        external
    {
        if (signer == address(0)) revert SignerZero();
        bytes32 digest = _hashTypedDataV4(_registrationHash(msg.sender, signer, encryptionKey));
        (address registered,) = EnclaveSignature.recover(digest, registration);
        if (registered != signer) revert RegistrationSignatureInvalid();
        address holder = _workerOfSigner[signer];
        if (holder != address(0) && holder != msg.sender) revert SignerTaken(signer);
        address current = _accounts[msg.sender].signer;
        if (current != signer && current != address(0) && _isCounted(msg.sender)) revert SignerInUse(current);
        _workerOfSigner[signer] = msg.sender;
        _accounts[msg.sender].signer = signer;
        _enrolments[msg.sender].encryptionKey = encryptionKey;
        emit WorkerRegistered(msg.sender, signer, encryptionKey, quote);
    }

    /// @inheritdoc IEnigmaNetwork
    function depositStake(uint256 amount) external onlyWorker {
        if (amount == 0) revert AmountZero();
        TOKEN.safeTransferFrom(msg.sender, address(this), amount);
        Enrolment storage enrolment = _enrolments[msg.sender];
        enrolment.stake += uint96(amount);
        if (enrolment.loggedIn) _weigh(msg.sender, enrolment.stake);
        emit StakeDeposited(msg.sender, amount);
    }

    /// @inheritdoc IEnigmaNetwork
    function logIn() external onlyWorker {
        Enrolment storage enrolment = _enrolments[msg.sender];
        if (enrolment.loggedIn) revert WorkerLoggedInAlready();
        if (enrolment.stake < MINIMUM_STAKE) revert StakeTooLow(enrolment.stake, MINIMUM_STAKE);
        if (!enrolment.listed) {
            if (_workers.length == MAX_WORKERS) revert WorkersFull(MAX_WORKERS);
            _workers.push(msg.sender);
            enrolment.listed = true;
        }
        enrolment.loggedIn = true;
        _weigh(msg.sender, enrolment.stake);
        emit WorkerLoggedIn(msg.sender);
    }

    /// @inheritdoc IEnigmaNetwork
    function logOut() external onlyWorker {
        Enrolment storage enrolment = _enrolments[msg.sender];
        if (!enrolment.loggedIn) revert WorkerNotLoggedIn();
        _logOut(msg.sender);
    }

    /// @inheritdoc IEnigmaNetwork
    function withdrawStake(uint256 amount) external onlyWorker {
        if (amount == 0) revert AmountZero();
        Enrolment storage enrolment = _enrolments[msg.sender];
        if (enrolment.loggedIn) revert WorkerStillLoggedIn();
        if (!_isReleased(_changedAt(msg.sender))) revert StakeLocked();
        if (amount > enrolment.stake) revert BalanceTooLow(enrolment.stake, amount);
        enrolment.stake -= uint96(amount);
        // Who cannot log in again without a new stake makes room; no snapshot that can still be taken counts it.
        if (enrolment.stake < MINIMUM_STAKE) _strike(msg.sender);
        emit StakeWithdrawn(msg.sender, amount);
        TOKEN.safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc IEnigmaNetwork
    function unregister() external onlyWorker {
        Enrolment storage enrolment = _enrolments[msg.sender];
        if (enrolment.stake != 0) revert StakeNotWithdrawn(enrolment.stake);
        // A stake that was taken away leaves a worker that a snapshot may still have to count.
        if (!_isReleased(_changedAt(msg.sender))) revert StakeLocked();
        _strike(msg.sender);
        delete _accounts[msg.sender].signer;
        delete _enrolments[msg.sender];
        emit WorkerUnregistered(msg.sender);
    }

    /// @inheritdoc IEnigmaNetwork
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

    /// @inheritdoc IEnigmaNetwork
    function workerAddresses() external view returns (address[] memory) {
        return _workers;
    }

    /// @dev Whether nothing that a worker did with a weight that it last changed in a block can be held against it any more.
    function _isReleased(uint256 changedAt) internal view virtual returns (bool);

    /// @dev Whether all epochs that may have counted the weight before a change are over.
    function _isSuperseded(uint256 changedAt) internal view virtual returns (bool);

    /// @notice Takes up to `amount` of a worker's stake, and logs it out if too little is left.
    /// @return taken What it had of it; stays in this contract.
    function _seize(address account, uint256 amount) internal returns (uint256 taken) {
        Enrolment storage enrolment = _enrolments[account];
        taken = amount < enrolment.stake ? amount : enrolment.stake;
        enrolment.stake -= uint96(taken);
        if (!enrolment.loggedIn || taken == 0) return taken;
        if (enrolment.stake < MINIMUM_STAKE) _logOut(account);
        else _weigh(account, enrolment.stake);
    }

    function _burn(uint256 amount) internal {
        if (amount != 0) ERC20Burnable(address(TOKEN)).burn(amount);
    }

    /// @dev EIP-712 hashStruct of a registration.
    function _registrationHash(address account, address signer, bytes32 encryptionKey) internal pure returns (bytes32) {
        return keccak256(abi.encode(REGISTRATION_TYPEHASH, account, signer, encryptionKey));
    }

    /// @dev A worker's weight at the end of a closed block.
    function _weightAt(address account, uint256 blockNumber) internal view returns (uint256) {
        return _weights[account].upperLookupRecent(uint48(blockNumber));
    }

    function _logOut(address account) private {
        _enrolments[account].loggedIn = false;
        _weigh(account, 0);
        emit WorkerLoggedOut(account);
    }

    /// @dev Whether an epoch that rules or will rule counts a worker. What its signer signs then is taken for its enclave's,
    /// so the host of a worker that is selected must not put a key of its own in the place of the one that was attested.
    function _isCounted(address account) private view returns (bool) {
        return _enrolments[account].loggedIn || !_isSuperseded(_changedAt(account));
    }

    function _changedAt(address account) private view returns (uint48 blockNumber) {
        (, blockNumber,) = _weights[account].latestCheckpoint();
    }

    function _weigh(address account, uint256 weight) private {
        _weights[account].push(uint48(block.number), uint208(weight));
    }

    /// @dev Takes a worker off the list and keeps the order of the others, which selection depends on; at most
    /// `MAX_WORKERS` steps.
    function _strike(address account) private {
        if (!_enrolments[account].listed) return;
        _enrolments[account].listed = false;
        uint256 last = _workers.length - 1;
        bool found = false;
        for (uint256 i = 0; i < last; ++i) {
            found = found || _workers[i] == account;
            if (found) _workers[i] = _workers[i + 1];
        }
        _workers.pop();
    }
}
