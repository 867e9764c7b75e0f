import { concatBytes } from "./bytes.ts";
import { type Address, fromHex, type Hash, toHex } from "./hex.ts";
import { keccak, keccakBytes } from "./keccak.ts";

const PROXY_HEAD = fromHex("0x3d602d80600a3d3981f3363d3d373d3d3d363d73");
const PROXY_TAIL = fromHex("0x5af43d82803e903d91602b57fd5bf3");

/** Creation code of an ERC-1167 minimal proxy of `implementation`. */
function proxyCreationCode(implementation: Address): Uint8Array {
  return concatBytes(PROXY_HEAD, fromHex(implementation, 20), PROXY_TAIL);
}

/**
 * The address that the deployment `taskId` gives its contract: CREATE2 (EIP-1014) by the Enigma contract, salt = the
 * task id, code = a minimal proxy of the account implementation.
 */
export function contractAddress(enigma: Address, accountImplementation: Address, taskId: Hash): Address {
  const codeHash = keccakBytes(proxyCreationCode(accountImplementation));
  const preimage = concatBytes(Uint8Array.of(0xff), fromHex(enigma, 20), fromHex(taskId, 32), codeHash);
  return toHex(fromHex(keccak(preimage), 32).subarray(12)) as Address;
}
