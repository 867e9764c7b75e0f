/**
 * What a data folder belongs to: one network and one version of the stored formats.
 *
 * A node that opened the folder of another network would take its tasks, log entries and settlements for its own; so
 * the identity is written once, in the same transaction that creates the folder's tables, and compared ever after.
 */

import type { EnigmaDomain } from "../protocol/eip712-domain.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { fromHex, toHex } from "../protocol/hex.ts";
import type { ByteTable } from "./byte-table.ts";
import { decodeValue, encodeValue } from "./stored-value.ts";

/** The version of the stored formats; grows with every change that older code could not read. */
export const STORE_VERSION = 3;

interface StoredIdentity {
  version: number;
  chainId: bigint | number;
  enigma: Uint8Array;
}

const KEY = new TextEncoder().encode("identity");

/**
 * Writes the identity into a new folder, or checks it in an old one.
 *
 * @throws EnigmaError `data-folder-other-version`, `data-folder-other-network`
 */
export function claimIdentity(table: ByteTable, network: EnigmaDomain): void {
  const bytes = table.get(KEY);
  if (bytes === undefined) {
    table.putSync(
      KEY,
      encodeValue({ version: STORE_VERSION, chainId: network.chainId, enigma: fromHex(network.enigma, 20) }),
    );
    return;
  }
  const stored = decodeValue<StoredIdentity>(bytes);
  if (stored.version !== STORE_VERSION) {
    throw new EnigmaError("data-folder-other-version", { data: { stored: stored.version, supported: STORE_VERSION } });
  }
  if (BigInt(stored.chainId) !== network.chainId || toHex(stored.enigma) !== network.enigma) {
    throw new EnigmaError("data-folder-other-network", {
      data: { chainId: String(stored.chainId), enigma: toHex(stored.enigma) },
    });
  }
}
