/**
 * The libp2p key of a node. It only names the node among its peers; nothing else is signed with it.
 */

import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { generateKeyPairFromSeed } from "@libp2p/crypto/keys";
import type { PrivateKey } from "@libp2p/interface";

/** The key that a 32-byte seed gives: the same one in every run. */
export async function peerKeyFromSeed(seed: Uint8Array): Promise<PrivateKey> {
  return generateKeyPairFromSeed("Ed25519", seed);
}

/** The key whose seed lies in `file`; a new one is drawn and stored where there is none. */
export async function storedPeerKey(file: string): Promise<PrivateKey> {
  if (!existsSync(file)) {
    const unfinished = `${file}.new`;
    writeFileSync(unfinished, randomBytes(32), { mode: 0o600, flush: true });
    renameSync(unfinished, file);
  }
  return peerKeyFromSeed(new Uint8Array(readFileSync(file)));
}
