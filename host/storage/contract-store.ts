/**
 * The secret contracts that stand on the chain, as `ContractDeployed` told: what a worker must know to say, before an epoch
 * rules, which contracts it will serve. All of them are held in memory, too.
 */

import { type Address, addressFromBytes, fromHex, type Hash, hashFromBytes } from "../protocol/hex.ts";
import type { ByteTable } from "./byte-table.ts";
import { decodeValue, encodeValue } from "./stored-value.ts";

export interface KnownContract {
  readonly secretContract: Address;
  readonly codeHash: Hash;
  /** Contracts of one group share a worker. */
  readonly group: Address;
  readonly rules: number;
  /** The block that it was deployed in. */
  readonly blockNumber: bigint;
}

interface StoredContract {
  codeHash: Uint8Array;
  group: Uint8Array;
  rules: number;
  blockNumber: number | bigint;
}

export class ContractStore {
  private readonly table: ByteTable;
  private readonly contracts = new Map<Address, KnownContract>();
  private readonly byGroup = new Map<Address, Set<Address>>();

  constructor(table: ByteTable) {
    this.table = table;
    for (const { key, value } of table.getRange()) {
      const { codeHash, group, rules, blockNumber } = decodeValue<StoredContract>(value);
      this.remember({
        secretContract: addressFromBytes(key),
        codeHash: hashFromBytes(codeHash),
        group: addressFromBytes(group),
        rules,
        blockNumber: BigInt(blockNumber),
      });
    }
  }

  get(secretContract: Address): KnownContract | undefined {
    return this.contracts.get(secretContract);
  }

  /** The groups that have contracts, in no particular order. */
  groups(): Iterable<Address> {
    return this.byGroup.keys();
  }

  /** The contracts of a group, in order of their deployment. */
  ofGroup(group: Address): KnownContract[] {
    return [...(this.byGroup.get(group) ?? [])].flatMap((member) => this.contracts.get(member) ?? []);
  }

  /** Stores a contract; it is found at once. Resolves when a kill can no longer undo it. */
  async put(contract: KnownContract): Promise<void> {
    this.remember(contract);
    const { codeHash, group, rules, blockNumber } = contract;
    const stored = { codeHash: fromHex(codeHash, 32), group: fromHex(group, 20), rules, blockNumber };
    await this.table.put(fromHex(contract.secretContract, 20), encodeValue(stored));
  }

  /** Forgets the contracts whose deployments have left the chain: those of blocks above `block`. Gives them. */
  async removeAbove(block: bigint): Promise<KnownContract[]> {
    const gone = [...this.contracts.values()].filter(({ blockNumber }) => blockNumber > block);
    for (const { secretContract, group } of gone) {
      this.contracts.delete(secretContract);
      const members = this.byGroup.get(group);
      members?.delete(secretContract);
      if (members?.size === 0) this.byGroup.delete(group);
    }
    await Promise.all(gone.map(({ secretContract }) => this.table.remove(fromHex(secretContract, 20))));
    return gone;
  }

  private remember(contract: KnownContract): void {
    this.contracts.set(contract.secretContract, contract);
    const members = this.byGroup.get(contract.group) ?? new Set();
    this.byGroup.set(contract.group, members.add(contract.secretContract));
  }
}
