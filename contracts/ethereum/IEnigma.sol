// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IEnigmaErrors} from "./IEnigmaErrors.sol";
import {IEnigmaEvents} from "./IEnigmaEvents.sol";
import {IEnigmaNetwork} from "./IEnigmaNetwork.sol";
import {IEnigmaTasks} from "./IEnigmaTasks.sol";

/// @title Enigma: records of tasks for secret contracts, the workers that execute them, and the hashes of what came out
/// @notice All of it stands at one address. Its code is two contracts, since one is limited to 24,576 bytes: `Enigma` has
/// what is called all the time (`IEnigmaTasks`), `EnigmaExtension` the rest (`IEnigmaNetwork`), on the same storage.
interface IEnigma is IEnigmaTasks, IEnigmaNetwork, IEnigmaErrors, IEnigmaEvents {}
