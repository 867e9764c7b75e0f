import { id } from "ethers";
import { type Address, fromHex } from "../../host/protocol/hex.ts";
import { type UserKeyPair, userKeyPair } from "../../host/protocol/session-keys.ts";

/** The input/output key that stands for a contract's in an epoch. */
export function contractKey(secretContract: Address, epoch: bigint): UserKeyPair {
  return userKeyPair(fromHex(id(`contract key ${secretContract} ${epoch}`), 32));
}
