import { WordWriter } from "./abi-words.ts";
import { type EnigmaDomain, typedDataDigest, typeHash } from "./eip712-domain.ts";
import type { Address, Hash } from "./hex.ts";
import { keccak } from "./keccak.ts";
import { recoverSigner } from "./recover-signer.ts";
import type { SnapshotWorker } from "./selection.ts";

/** An epoch as the principal enclave signs it. */
export interface Epoch {
  readonly number: bigint;
  readonly seed: Hash;
  readonly snapshotHash: Hash;
  /** The block at whose end the workers and stakes of the snapshot stood. */
  readonly snapshotBlock: bigint;
  readonly snapshotBlockHash: Hash;
  /** The first block in which it counts. */
  readonly firstBlock: bigint;
}

const EPOCH_TYPE_HASH = typeHash(
  "Epoch(uint64 number,bytes32 seed,bytes32 snapshotHash,uint64 snapshotBlock,bytes32 snapshotBlockHash,uint64 firstBlock)",
);

/** keccak256(abi.encode(address[] workers, uint256[] cumulativeStakes)), in order of first log-in. */
export function snapshotHash(workers: readonly SnapshotWorker[]): Hash {
  const count = workers.length;
  const words = new WordWriter(4 + 2 * count)
    .number(64, 32)
    .number(64 + 32 * (1 + count), 32)
    .number(count, 32);
  for (const worker of workers) words.address(worker.address);
  words.number(count, 32);
  for (const worker of workers) words.uint(worker.cumulativeStake, 256);
  return keccak(words.bytes);
}

/** EIP-712 `hashStruct` of the epoch. */
export function epochHash(epoch: Epoch): Hash {
  return keccak(
    new WordWriter(7)
      .word(EPOCH_TYPE_HASH)
      .uint(epoch.number, 64)
      .hash(epoch.seed)
      .hash(epoch.snapshotHash)
      .uint(epoch.snapshotBlock, 64)
      .hash(epoch.snapshotBlockHash)
      .uint(epoch.firstBlock, 64).bytes,
  );
}

/** The digest that the principal enclave signs. */
export function epochDigest(domain: EnigmaDomain, epoch: Epoch): Hash {
  return typedDataDigest(domain, epochHash(epoch));
}

/** The address whose key signed the epoch. @throws `signature-malformed` */
export function recoverEpochSigner(domain: EnigmaDomain, epoch: Epoch, signature: Uint8Array): Address {
  return recoverSigner(epochDigest(domain, epoch), signature);
}
