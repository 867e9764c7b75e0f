/**
 * The keys that contracts' inputs are encrypted to, verified.
 *
 * The gateway is not trusted with them: a key counts only if the principal enclave, as the Enigma contract names it,
 * signed it for this contract, this code, this group and an epoch. A contract that is deployed has code and group on
 * record at Ethereum; one that is being deployed has those that the user holds.
 */
import { type ContractKey, recoverContractKeySigner } from "../protocol/contract-key.ts";
import type { EnigmaDomain } from "../protocol/eip712-domain.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, ZERO_HASH } from "../protocol/hex.ts";
import type { ContractKeyResult } from "../protocol/rpc-types.ts";
import type { ContractInfo, EnigmaReader } from "./enigma-reader.ts";
import type { Gateway } from "./gateway.ts";

export class ContractKeys {
  readonly #domain: EnigmaDomain;
  readonly #principalSigner: Address;
  readonly #gateway: Gateway;
  readonly #reader: EnigmaReader;
  readonly #contracts = new Map<Address, Promise<ContractInfo>>();
  readonly #keys = new Map<Address, Promise<ContractKey>>();

  constructor(domain: EnigmaDomain, principalSigner: Address, gateway: Gateway, reader: EnigmaReader) {
    this.#domain = domain;
    this.#principalSigner = principalSigner;
    this.#gateway = gateway;
    this.#reader = reader;
  }

  /**
   * The key of a deployed contract for the current epoch. Kept until `forget`: a key is good for its epoch and a
   * few blocks more, and a record that names an older one is refused by Ethereum.
   *
   * @throws `contract-not-deployed`, `certificate-signer`, `certificate-mismatch`
   */
  ofContract(secretContract: Address): Promise<ContractKey> {
    return remember(this.#keys, secretContract, async () => {
      return this.#fetch(secretContract, await this.contract(secretContract), null);
    });
  }

  /** The key of a deployed contract for an epoch that may be over. @throws as `ofContract` */
  async ofEpoch(secretContract: Address, epoch: bigint): Promise<ContractKey> {
    return this.#fetch(secretContract, await this.contract(secretContract), epoch);
  }

  /** The key of a contract that does not exist yet. @throws as `ofContract` */
  ofDeployment(secretContract: Address, planned: ContractInfo): Promise<ContractKey> {
    return this.#fetch(secretContract, planned, null);
  }

  /** Code and group of a deployed contract, which never change. @throws `contract-not-deployed` */
  contract(secretContract: Address): Promise<ContractInfo> {
    return remember(this.#contracts, secretContract, async () => {
      const info = await this.#reader.contractInfo(secretContract);
      if (info.codeHash === ZERO_HASH) throw new EnigmaError("contract-not-deployed", { data: { secretContract } });
      return info;
    });
  }

  /** Makes the next call ask for the contract's key again, since its epoch is over. */
  forget(secretContract: Address): void {
    this.#keys.delete(secretContract);
  }

  async #fetch(secretContract: Address, info: ContractInfo, epoch: bigint | null): Promise<ContractKey> {
    const { codeHash, group } = info;
    const key = await this.#gateway.contractKey({ secretContract, codeHash, group, epoch });
    this.#verify(key, secretContract, info);
    if (epoch !== null && key.epoch !== epoch) throw mismatch("epoch", key.epoch.toString());
    return key;
  }

  #verify(key: ContractKeyResult, secretContract: Address, { codeHash, group }: ContractInfo): void {
    if (key.secretContract !== secretContract) throw mismatch("contract", key.secretContract);
    if (key.codeHash !== codeHash) throw mismatch("code hash", key.codeHash);
    if (key.group !== group) throw mismatch("group", key.group);
    const signer = recoverContractKeySigner(this.#domain, key, key.signature);
    if (signer === this.#principalSigner) return;
    throw new EnigmaError("certificate-signer", { data: { signer, principal: this.#principalSigner } });
  }
}

function mismatch(what: string, found: string): EnigmaError {
  return new EnigmaError("certificate-mismatch", { data: { what, found } });
}

/** The promise under `key`, made if there is none; one that fails is not kept. */
function remember<K, T>(promises: Map<K, Promise<T>>, key: K, make: () => Promise<T>): Promise<T> {
  const kept = promises.get(key);
  if (kept !== undefined) return kept;
  const made = make();
  promises.set(key, made);
  made.catch(() => {
    if (promises.get(key) === made) promises.delete(key);
  });
  return made;
}
