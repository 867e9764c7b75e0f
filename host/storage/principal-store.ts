/**
 * What the principal has to repeat to its enclave after a restart, since the enclave keeps it in memory only: the workers
 * that were admitted, with the quotes that proved them, and the epochs that were signed. Nothing in it is secret.
 */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { open, type RootDatabase } from "lmdb";
import type { EnigmaDomain } from "../protocol/eip712-domain.ts";
import { type Address, addressFromBytes, fromHex, type Hash, hashFromBytes } from "../protocol/hex.ts";
import { type ByteTable, openTable } from "./byte-table.ts";
import { claimIdentity } from "./store-identity.ts";
import { decodeValue, encodeValue } from "./stored-value.ts";

/** An admitted worker's enclave: its address of signing, its X25519 key, and its quote with collateral. */
export interface StoredAdmission {
  readonly signer: Address;
  readonly encryptionKey: Uint8Array;
  readonly quote: Uint8Array;
  readonly collateral: Uint8Array;
}

/** An epoch as it was given to the enclave to sign. */
export interface StoredEpoch {
  readonly number: bigint;
  readonly snapshotBlock: bigint;
  readonly blockHash: Hash;
  readonly firstBlock: bigint;
  readonly workers: readonly {
    readonly address: Address;
    readonly signer: Address;
    readonly cumulativeStake: bigint;
  }[];
}

type StoredWorker = [address: Uint8Array, signer: Uint8Array, cumulativeStake: string];

/** Epochs that are kept: the enclave holds two, and goes back to earlier ones where the chain does. */
const KEPT_EPOCHS = 32n;

export class PrincipalStore {
  private readonly root: RootDatabase;
  private readonly admissionTable: ByteTable;
  private readonly epochTable: ByteTable;

  /** @throws EnigmaError `data-folder-other-version`, `data-folder-other-network` */
  static async open(folder: string, network: EnigmaDomain): Promise<PrincipalStore> {
    mkdirSync(folder, { recursive: true });
    const root = open({ path: join(folder, "principal.mdb"), maxDbs: 4 });
    try {
      claimIdentity(openTable(root, "meta"), network);
    } catch (error) {
      await root.close();
      throw error;
    }
    return new PrincipalStore(root);
  }

  private constructor(root: RootDatabase) {
    this.root = root;
    this.admissionTable = openTable(root, "admissions");
    this.epochTable = openTable(root, "epochs");
  }

  async putAdmission({ signer, encryptionKey, quote, collateral }: StoredAdmission): Promise<void> {
    await this.admissionTable.put(fromHex(signer, 20), encodeValue({ encryptionKey, quote, collateral }));
  }

  admissions(): StoredAdmission[] {
    return [...this.admissionTable.getRange()].map(({ key, value }) => ({
      signer: addressFromBytes(key),
      ...decodeValue<Omit<StoredAdmission, "signer">>(value),
    }));
  }

  /** Stores an epoch and forgets those that no enclave needs any more. */
  async putEpoch(epoch: StoredEpoch): Promise<void> {
    const { number, snapshotBlock, blockHash, firstBlock } = epoch;
    const workers = epoch.workers.map(
      ({ address, signer, cumulativeStake }): StoredWorker => [
        fromHex(address, 20),
        fromHex(signer, 20),
        cumulativeStake.toString(),
      ],
    );
    const value = encodeValue({ snapshotBlock, blockHash: fromHex(blockHash, 32), firstBlock, workers });
    await Promise.all([
      this.epochTable.put(epochKey(number), value),
      ...this.epochs()
        .filter((known) => known.number + KEPT_EPOCHS <= number)
        .map((known) => this.epochTable.remove(epochKey(known.number))),
    ]);
  }

  /** Forgets epochs that have left the chain. */
  async forgetEpochsAbove(number: bigint): Promise<void> {
    const gone = this.epochs().filter((epoch) => epoch.number > number);
    await Promise.all(gone.map((epoch) => this.epochTable.remove(epochKey(epoch.number))));
  }

  /** The epochs in order of their numbers. */
  epochs(): StoredEpoch[] {
    return [...this.epochTable.getRange()].map(({ key, value }) => {
      const stored = decodeValue<{
        snapshotBlock: bigint;
        blockHash: Uint8Array;
        firstBlock: bigint;
        workers: StoredWorker[];
      }>(value);
      return {
        number: Buffer.from(key).readBigUInt64BE(),
        snapshotBlock: BigInt(stored.snapshotBlock),
        blockHash: hashFromBytes(stored.blockHash),
        firstBlock: BigInt(stored.firstBlock),
        workers: stored.workers.map(([address, signer, cumulativeStake]) => ({
          address: addressFromBytes(address),
          signer: addressFromBytes(signer),
          cumulativeStake: BigInt(cumulativeStake),
        })),
      };
    });
  }

  async close(): Promise<void> {
    await this.root.flushed;
    await this.root.close();
  }
}

function epochKey(number: bigint): Uint8Array {
  const key = Buffer.alloc(8);
  key.writeBigUInt64BE(number);
  return key;
}
