// Enclaves of one small network, each with its own machine, and the epochs that select its workers.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { PrincipalEnclave, WorkerEnclave } from "../../host/enclave/enclave-client.ts";
import type { EnclavePackage } from "../../host/enclave/package-folder.ts";
import { startEnclave } from "../../host/enclave/start-enclave.ts";
import { type Address, address, type Hash, hash } from "../../host/protocol/hex.ts";

/** Within the validity of the simulated collateral. */
export const NOW = 1_800_000_000n;

export const NETWORK = { chainId: 31_337n, enigma: address(`0x${"e1".repeat(20)}`) };

export interface NetworkOptions {
  readonly package?: EnclavePackage;
  /** In this process instead of processes of their own. */
  readonly inProcess?: boolean;
}

/** A principal and workers; `close` ends all and removes their files. */
export class EnclaveNetwork {
  readonly folder: string;
  readonly principal: PrincipalEnclave;
  readonly #options: NetworkOptions;
  readonly #enclaves: (PrincipalEnclave | WorkerEnclave)[] = [];

  private constructor(folder: string, options: NetworkOptions, principal: PrincipalEnclave) {
    this.folder = folder;
    this.#options = options;
    this.principal = principal;
    this.#enclaves.push(principal);
  }

  static async start(options: NetworkOptions = {}): Promise<EnclaveNetwork> {
    const folder = mkdtempSync(path.join(tmpdir(), "enigma-enclave-"));
    const principal = await startEnclave({ ...places(folder, "principal", options), role: "principal" });
    return new EnclaveNetwork(folder, options, principal);
  }

  /** Starts the worker of this name, or starts it again. */
  async worker(name: string): Promise<WorkerEnclave> {
    const principalSigner = this.principal.identity.signer;
    const worker = await startEnclave({ ...places(this.folder, name, this.#options), role: "worker", principalSigner });
    this.#enclaves.push(worker);
    return worker;
  }

  /** Admits a worker and opens an epoch in which it alone is selected. */
  async select(worker: WorkerEnclave, number: bigint): Promise<void> {
    const { signer, encryptionKey } = worker.identity;
    await this.principal.admitWorker({ signer, encryptionKey, ...(await worker.quote()), now: NOW });
    await this.principal.signEpoch({
      number,
      snapshotBlock: number * 100n,
      blockHash: hash(`0x${"b0".repeat(32)}`),
      firstBlock: number * 100n + 10n,
      workers: [{ address: signer, signer, cumulativeStake: 1n }],
    });
  }

  /** Lets a selected worker fetch a contract's keys of an epoch. */
  async grantKeys(
    worker: WorkerEnclave,
    secretContract: Address,
    codeHash: Hash,
    epoch: bigint,
    group = secretContract,
  ): Promise<void> {
    const contracts = [{ secretContract, codeHash, group }];
    const { request } = await worker.requestContractKeys({ epoch, contracts });
    const { grant } = await this.principal.grantContractKeys({ request });
    await worker.acceptContractKeys({ grant, now: NOW });
  }

  async close(): Promise<void> {
    await Promise.all(this.#enclaves.map((enclave) => enclave.close()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Where an enclave of this name keeps what it has. */
export function places(folder: string, name: string, options: NetworkOptions = {}) {
  return {
    ...NETWORK,
    package: options.package ?? ("debug" as const),
    inProcess: options.inProcess ?? false,
    platformFolder: path.join(folder, name, "platform"),
    sealedFile: path.join(folder, name, "sealed.bin"),
  };
}
