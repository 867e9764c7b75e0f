// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {Slot} from "./EnigmaTypes.sol";
import {IEnigma} from "./IEnigma.sol";
import {SecretContractAccount} from "./SecretContractAccount.sol";

/// @title Secret contracts: code, account, and the tip of the state log
/// @notice A secret contract's address is the CREATE2 address of its account, with the id of the deploying task as salt:
/// known before the task is recorded, and nobody else can put anything there.
abstract contract SecretContracts is IEnigma {
    /// @dev Version of instrumenter, prices and host interface. This code knows one, so every contract that it has
    /// deployed has it and nothing is stored; code that knows a second version will store it for each contract.
    uint32 internal constant RULES = 1;

    /// @dev Code that the accounts of all secret contracts are clones of.
    /// It is the first thing that Enigma creates, so its address follows from Enigma's.
    address internal immutable ACCOUNT = address(new SecretContractAccount());

    mapping(address secretContract => Slot) internal _tips;
    mapping(address secretContract => bytes32) internal _codeHashes;

    /// @inheritdoc IEnigma
    function tips(address secretContract) external view returns (bytes32) {
        return _tips[secretContract].value;
    }

    /// @inheritdoc IEnigma
    function contractInfo(address secretContract)
        external
        view
        returns (bytes32 codeHash, address group, uint32 rules)
    {
        codeHash = _codeHashes[secretContract];
        if (codeHash != 0) (group, rules) = (_groupOf(secretContract), RULES);
    }

    /// @inheritdoc IEnigma
    function contractAddress(bytes32 taskId) public view returns (address) {
        return Clones.predictDeterministicAddress(ACCOUNT, taskId);
    }

    function _deploy(bytes32 taskId, address secretContract, bytes32 codeHash) internal {
        _codeHashes[secretContract] = codeHash;
        emit ContractDeployed(secretContract, codeHash, RULES);
        Clones.cloneDeterministic(ACCOUNT, taskId);
    }

    /// @dev Contracts of one group share a worker. Each is a group of its own until groups can be chosen.
    function _groupOf(address secretContract) internal pure returns (address) {
        return secretContract;
    }
}
