/** What a bed knows of the contracts deployed in it: names, ABIs, functions of their modules. */
import type { Interface } from "ethers";
import type { Address } from "../../protocol/hex.ts";

export interface KnownContract {
  readonly name: string | undefined;
  readonly abi: Interface;
  readonly codeHash: Uint8Array;
  /** Of the module's functions, by index. */
  readonly functionNames: () => readonly string[];
}

/** Contracts by address. */
export class KnownContracts {
  readonly #contracts = new Map<Address, KnownContract>();

  add(address: Address, contract: KnownContract): void {
    this.#contracts.set(address, contract);
  }

  get(address: Address): KnownContract | undefined {
    return this.#contracts.get(address);
  }

  /** The artifact's name, or the beginning of the address. */
  title(address: Address): string {
    return this.#contracts.get(address)?.name ?? `${address.slice(0, 8)}…`;
  }
}
