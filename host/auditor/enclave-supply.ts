/** Brings what a replay needs into the auditor's enclave: contract keys from the principal, and modules. */
import type { AuditorEnclave, WantedContract } from "../enclave/enclave-client.ts";
import { EnigmaError, isEnigmaError } from "../protocol/errors/enigma-error.ts";
import { toHex } from "../protocol/hex.ts";
import { parseGrantResult, registerToJson } from "../protocol/principal-rpc-types.ts";
import type { RpcClient } from "../rpc/rpc-client.ts";
import type { WorkerArchive } from "./worker-archive.ts";

/** Modules that the enclave is sure to hold still; it keeps the latest 256. */
const HELD_MODULES = 200;
/** Of one request, at most: enclaves refuse larger ones. */
const MAX_CONTRACTS = 256;

export interface EnclaveSupplyOptions {
  readonly enclave: AuditorEnclave;
  readonly principal: RpcClient;
  readonly archive: WorkerArchive;
  /** The chain's time in seconds. */
  readonly now: () => Promise<bigint>;
}

export class EnclaveSupply {
  private readonly options: EnclaveSupplyOptions;
  private readonly keys = new Set<string>();
  private readonly modules = new Set<string>();

  constructor(options: EnclaveSupplyOptions) {
    this.options = options;
  }

  /** Shows the principal what this enclave is. @throws EnigmaError `auditors-refused`, `principal-unreachable`, `quote-…` */
  async admit(): Promise<void> {
    const { enclave, principal } = this.options;
    const { signer, encryptionKey } = enclave.identity;
    const evidence = registerToJson({ signer, encryptionKey, ...(await enclave.quote()) });
    await principal.call("principal_admitAuditor", evidence);
  }

  /** Resolves when the enclave holds the contracts' keys of these epochs. */
  async ensureKeys(contracts: readonly WantedContract[], epochs: Iterable<bigint>): Promise<void> {
    for (const epoch of new Set(epochs)) {
      const missing = contracts.filter((contract) => !this.keys.has(keyName(contract, epoch)));
      for (let at = 0; at < missing.length; at += MAX_CONTRACTS)
        await this.request(epoch, missing.slice(at, at + MAX_CONTRACTS));
    }
  }

  /** Resolves when the enclave has judged the module; one that breaks a rule is judged, too. @throws EnigmaError `false-code` */
  async ensureModule(codeHash: WantedContract["codeHash"], rules: number): Promise<void> {
    const name = `${codeHash}/${rules}`;
    if (this.modules.has(name)) return;
    const module = await this.options.archive.module(codeHash);
    try {
      await this.options.enclave.loadModule({ module, rules });
    } catch (error) {
      if (!(error instanceof EnigmaError && error.code.startsWith("module-"))) throw error;
    }
    if (this.modules.size >= HELD_MODULES) this.modules.clear();
    this.modules.add(name);
  }

  private async request(epoch: bigint, contracts: readonly WantedContract[]): Promise<void> {
    try {
      await this.requestOnce(epoch, contracts);
    } catch (error) {
      // The principal's enclave has started anew since, or has forgotten one that was admitted long ago.
      if (!isEnigmaError(error, "worker-not-admitted")) throw error;
      await this.admit();
      await this.requestOnce(epoch, contracts);
    }
    for (const contract of contracts) this.keys.add(keyName(contract, epoch));
  }

  private async requestOnce(epoch: bigint, contracts: readonly WantedContract[]): Promise<void> {
    const { enclave, principal, now } = this.options;
    const { request } = await enclave.requestContractKeys({ epoch, contracts });
    const answer = await principal.call("principal_grantContractKeys", { request: toHex(request) });
    await enclave.acceptContractKeys({ ...parseGrantResult(answer), now: await now() });
  }
}

function keyName({ secretContract, codeHash, group }: WantedContract, epoch: bigint): string {
  return `${secretContract}/${codeHash}/${group}/${epoch}`;
}
