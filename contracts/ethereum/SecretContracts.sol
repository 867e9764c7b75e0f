// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {EnigmaStorage} from "./EnigmaStorage.sol";
import {IEnigmaTasks} from "./IEnigmaTasks.sol";

/// @title Secret contracts: code, account, group, and the tip of the state log
/// @notice A secret contract's address is the CREATE2 address of its account, with the id of the deploying task as salt:
/// known before the task is recorded, and nobody else can put anything there.
abstract contract SecretContracts is EnigmaStorage, IEnigmaTasks {
    /// @inheritdoc IEnigmaTasks
    function tips(address secretContract) external view returns (bytes32) {
        return _tips[secretContract].value;
    }

    /// @inheritdoc IEnigmaTasks
    function contractInfo(address secretContract)
        external
        view
        returns (bytes32 codeHash, address group, uint32 rules)
    {
        codeHash = _codeHashes[secretContract];
        if (codeHash != 0) (group, rules) = (_groupOf(secretContract), RULES);
    }

    /// @inheritdoc IEnigmaTasks
    function contractAddress(bytes32 taskId) public view returns (address) {
        return Clones.predictDeterministicAddress(ACCOUNT, taskId);
    }

    /// @notice Makes a secret contract of a deployment that was committed.
    /// @param group The word in the record's `touchesHash`, zero for a group of its own.
    function _deploy(bytes32 taskId, address secretContract, bytes32 codeHash, bytes32 group) internal {
        _codeHashes[secretContract] = codeHash;
        address joined = secretContract;
        if (group != 0) {
            joined = address(uint160(uint256(group)));
            _groups[secretContract] = joined;
        }
        emit ContractDeployed(secretContract, codeHash, joined, RULES);
        Clones.cloneDeterministic(ACCOUNT, taskId);
    }

    /// @dev A group is named by the contract that founded it by joining none.
    function _isGroup(bytes32 word) internal view returns (bool) {
        address group = address(uint160(uint256(word)));
        return uint256(word) >> 160 == 0 && _codeHashes[group] != 0 && _groups[group] == address(0);
    }

    /// @dev Whether a deployed contract belongs to a group.
    function _isMember(address secretContract, address group) internal view returns (bool) {
        return _codeHashes[secretContract] != 0 && _groupOf(secretContract) == group;
    }
}
