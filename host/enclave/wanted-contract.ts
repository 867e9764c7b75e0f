import { fromHex } from "../protocol/hex.ts";
import type { WantedContract } from "./enclave-client.ts";

/** A contract as it stands in the body of an ecall. */
export function wantedToCbor({ secretContract, codeHash, group }: WantedContract) {
  return {
    secretContract: fromHex(secretContract, 20),
    codeHash: fromHex(codeHash, 32),
    group: fromHex(group, 20),
  };
}
