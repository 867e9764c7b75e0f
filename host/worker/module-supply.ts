/** Finds modules of secret contracts: in the store, or at the peers; and puts them into the enclave. */

import type { WorkerEnclave } from "../enclave/enclave-client.ts";
import type { EnclaveLink } from "../enclave/enclave-link.ts";
import type { P2pNode } from "../p2p/p2p-node.ts";
import { CODE_PROTOCOL } from "../p2p/stream-protocol.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Hash } from "../protocol/hex.ts";
import { fromHex } from "../protocol/hex.ts";
import { keccak } from "../protocol/keccak.ts";
import type { Logger } from "../protocol/logger.ts";
import type { ModuleStore } from "../storage/module-store.ts";

export class ModuleSupply {
  private readonly store: ModuleStore;
  private readonly p2p: P2pNode;
  private readonly link: EnclaveLink<WorkerEnclave>;
  private readonly log: Logger;
  private readonly loading = new Map<string, Promise<void>>();
  private readonly loaded = new Set<string>();
  private generation = 0;

  constructor(store: ModuleStore, p2p: P2pNode, link: EnclaveLink<WorkerEnclave>, log: Logger) {
    this.store = store;
    this.p2p = p2p;
    this.link = link;
    this.log = log;
  }

  /** The module, or undefined where neither the store nor a connected peer has it. What a peer sends is checked and kept. */
  async find(codeHash: Hash): Promise<Uint8Array | undefined> {
    const stored = this.store.get(codeHash);
    if (stored !== undefined) return stored;
    const found = await this.p2p.askAny(CODE_PROTOCOL, { codeHash: fromHex(codeHash, 32) }, ({ module }) =>
      module !== null && keccak(module) === codeHash ? module : undefined,
    );
    if (found !== undefined) await this.store.put(codeHash, found);
    return found;
  }

  /**
   * Resolves when the enclave of the present generation has judged the module. One that breaks a rule is judged, too: the
   * enclave remembers it, and its tasks end as `module-refused`.
   *
   * @throws EnigmaError `module-missing` where nobody has it, `enclave-gone`
   */
  load(codeHash: Hash, rules: number): Promise<void> {
    if (this.isLoaded(codeHash, rules)) return Promise.resolve();
    const key = nameOf(codeHash, rules);
    const known = this.loading.get(key);
    if (known !== undefined) return known;
    const loading = this.loadNow(codeHash, rules).finally(() => this.loading.delete(key));
    this.loading.set(key, loading);
    return loading;
  }

  /** Says whether the enclave of the present generation has judged the module. */
  isLoaded(codeHash: Hash, rules: number): boolean {
    if (this.generation !== this.link.generation) {
      this.generation = this.link.generation;
      this.loaded.clear();
    }
    return this.loaded.has(nameOf(codeHash, rules));
  }

  /** Has the module loaded again: the enclave keeps the latest ones only. */
  forget(codeHash: Hash, rules: number): void {
    this.loaded.delete(nameOf(codeHash, rules));
  }

  private async loadNow(codeHash: Hash, rules: number): Promise<void> {
    const module = await this.find(codeHash);
    if (module === undefined) throw new EnigmaError("module-missing", { data: { codeHash } });
    const enclave = await this.link.get();
    const { generation } = this.link;
    try {
      await enclave.loadModule({ module, rules });
    } catch (error) {
      if (!isJudgement(error)) throw error;
      this.log.info("module-refused", { codeHash, code: error.code });
    }
    if (generation !== this.link.generation) throw new EnigmaError("enclave-gone");
    this.loaded.add(nameOf(codeHash, rules));
  }
}

/** Every rule of a valid module has a code of this form; whatever else goes wrong says nothing about the module. */
function isJudgement(error: unknown): error is EnigmaError {
  return error instanceof EnigmaError && error.code.startsWith("module-");
}

function nameOf(codeHash: Hash, rules: number): string {
  return `${codeHash}/${rules}`;
}
