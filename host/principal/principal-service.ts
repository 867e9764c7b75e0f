/** What the principal answers workers and auditors (`PrincipalApi`). Every decision about keys is the enclave's; the host only carries. */

import type { EnclaveIdentity, PrincipalEnclave } from "../enclave/enclave-client.ts";
import type { EnclaveLink } from "../enclave/enclave-link.ts";
import type { ChainView } from "../ethereum/chain-view.ts";
import type { AttestationResult } from "../protocol/attestation-rpc-types.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Address, Hash } from "../protocol/hex.ts";
import type { Observe } from "../protocol/observer.ts";
import type { GrantParams, GrantResult, PrincipalInfoResult, RegisterParams } from "../protocol/principal-rpc-types.ts";
import type { ContractKeyParams, ContractKeyResult } from "../protocol/rpc-types.ts";
import type { PrincipalApi } from "../rpc/principal-methods.ts";
import type { PrincipalStore } from "../storage/principal-store.ts";

export interface PrincipalServiceOptions {
  readonly identity: EnclaveIdentity;
  readonly chain: ChainView;
  readonly link: EnclaveLink<PrincipalEnclave>;
  readonly store: PrincipalStore;
  /** The epoch that was set last. */
  readonly latestEpoch: () => bigint;
  readonly observe: Observe;
}

export class PrincipalService implements PrincipalApi {
  private readonly options: PrincipalServiceOptions;

  constructor(options: PrincipalServiceOptions) {
    this.options = options;
  }

  info(): PrincipalInfoResult {
    const { identity, latestEpoch } = this.options;
    return { signer: identity.signer, mrEnclave: identity.mrEnclave, epoch: latestEpoch() };
  }

  /** A quote of the enclave that runs now. */
  async attestation(): Promise<AttestationResult> {
    const enclave = await this.options.link.get();
    const { signer, encryptionKey } = enclave.identity;
    return { ...(await enclave.quote()), signer, encryptionKey, role: "principal" };
  }

  /** Admits a worker's enclave. @throws EnigmaError what the enclave finds wrong with the quote */
  async register({ signer, encryptionKey, quote, collateral }: RegisterParams): Promise<void> {
    const { link, store, chain, observe } = this.options;
    const { timestamp } = await chain.head();
    const enclave = await link.get();
    await enclave.admitWorker({ signer, encryptionKey, quote, collateral, now: timestamp });
    await store.putAdmission({ signer, encryptionKey, quote, collateral });
    observe({ kind: "worker-admitted", signer, quoteBytes: quote.length });
  }

  /** Admits an auditor's enclave, until the principal's ends. @throws EnigmaError `auditors-refused`, and as `register` */
  async admitAuditor({ signer, encryptionKey, quote, collateral }: RegisterParams): Promise<void> {
    const { link, chain, observe } = this.options;
    const { timestamp } = await chain.head();
    await (await link.get()).admitAuditor({ signer, encryptionKey, quote, collateral, now: timestamp });
    observe({ kind: "auditor-admitted", signer, quoteBytes: quote.length });
  }

  /** @throws EnigmaError `no-epoch`, `epoch-not-current`, `contract-not-deployed` */
  async contractKey(params: ContractKeyParams): Promise<ContractKeyResult> {
    const { link, chain } = this.options;
    const { secretContract } = params;
    const current = (await chain.contract.currentEpoch()).number;
    if (current === 0n) throw new EnigmaError("no-epoch");
    const epoch = params.epoch ?? current;
    // Older ones, too: whoever holds what was encrypted in an epoch needs its public key.
    if (epoch > this.options.latestEpoch() || epoch === 0n) {
      throw new EnigmaError("epoch-not-current", { data: { epoch: epoch.toString(), current: current.toString() } });
    }
    const { codeHash, group } = await this.identityOf(params);
    const enclave = await link.get();
    const { publicKey, signature } = await enclave.certifyContractKey({ secretContract, codeHash, group, epoch });
    return { secretContract, codeHash, group, epoch, publicKey, signature };
  }

  /** @throws EnigmaError what the enclave finds wrong with the request */
  async grantContractKeys({ request }: GrantParams): Promise<GrantResult> {
    const enclave = await this.options.link.get();
    return enclave.grantContractKeys({ request });
  }

  /** Code and group: the chain's word on a deployed contract, the asker's on one that is not. */
  private async identityOf({ secretContract, codeHash, group }: ContractKeyParams): Promise<ContractIdentity> {
    const deployed = await this.options.chain.contract.contractInfo(secretContract);
    if (deployed !== undefined) return deployed;
    if (codeHash === null) throw new EnigmaError("contract-not-deployed", { data: { secretContract } });
    return { codeHash, group: group ?? secretContract };
  }
}

/** What a contract's keys depend on beside its address. */
interface ContractIdentity {
  readonly codeHash: Hash;
  readonly group: Address;
}
