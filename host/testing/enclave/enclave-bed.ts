/**
 * `createEnclave`: contracts in the test's own process, run by the enclave's own code without a chain.
 *
 * ```ts
 * await using enclave = await createEnclave();
 * const counter = await enclave.deploy("counter", [5n]);
 * await counter.increment(2n, { from: enclave.accounts.bob });
 * expect(await counter.value()).toBe(7n);
 * ```
 */

import { devAccounts } from "../../ethereum/dev-accounts.ts";
import { EnigmaError } from "../../protocol/errors/enigma-error.ts";
import { type Address, address, fromHex, type Hash, hash, toHex } from "../../protocol/hex.ts";
import { keccak } from "../../protocol/keccak.ts";
import { encodeConstructor } from "../contract/abi-codec.ts";
import { ACCOUNT_NAMES, type Account, type Accounts, namedAccounts } from "../contract/account.ts";
import { type CodeSource, findCode } from "../contract/contract-code.ts";
import type { Snapshot } from "../contract/executor.ts";
import type { DeployOptions, TestBed, TestTime } from "../contract/test-bed.ts";
import { testContract } from "../contract/test-contract.ts";
import { type ContractBed, outcomeOf } from "../contract/test-function.ts";
import { EnclaveExecutor } from "./enclave-executor.ts";
import { KnownContracts } from "./known-contracts.ts";
import type { SimulationOrigin } from "./run-journal.ts";
import { type LogLine, Simulation } from "./simulation.ts";

export interface EnclaveOptions {
  /** 32 bytes, or 0x and their hex: what all keys and random bytes come from. The same one each time by default. */
  readonly seed?: Uint8Array | string;
  /** Most gas of a call that names no limit; 10,000,000,000, the most that a task may have, by default. */
  readonly gasLimit?: bigint | number;
  /** Unix seconds of the first block; 1 January 2026 by default. */
  readonly timestamp?: bigint | number;
  /** Gets what contracts log by `debug`, with the contract's name; `console.log` by default, and false for nobody. */
  readonly log?: ((contract: string, line: string) => void) | false;
}

const DEFAULT_SEED = keccak(new TextEncoder().encode("enigma/simulation"));
const DEFAULT_GAS_LIMIT = 10_000_000_000n;
const DEFAULT_TIMESTAMP = 1_767_225_600n;
/** The chain of local networks, and an address where nothing is: contracts cannot ask for either. */
const CHAIN_ID = 31_337n;
const ENIGMA = new Uint8Array(20);
const DEFAULT_GAS_PRICE = 1n;

/** Starts an enclave for tests of contracts. @throws EnigmaError `invalid-params`, `enclave-not-started` */
export async function createEnclave(options: EnclaveOptions = {}): Promise<EnclaveBed> {
  const seed = seedOf(options.seed);
  const origin = { seed: fromHex(seed, 32), chainId: CHAIN_ID, enigma: ENIGMA };
  return new EnclaveBed(await Simulation.start(origin.seed, origin.chainId, origin.enigma), origin, options);
}

let accounts: Accounts | undefined;

/** The development accounts 1 to 9. Deriving them takes longer than a thousand calls. */
function developmentAccounts(): Accounts {
  accounts ??= namedAccounts(
    devAccounts(ACCOUNT_NAMES.length + 1)
      .slice(1)
      .map((account, index) => ({ address: account.address, name: ACCOUNT_NAMES[index] })),
  );
  return accounts;
}

export class EnclaveBed implements TestBed {
  readonly accounts = developmentAccounts();
  readonly seed: Hash;
  readonly executor: EnclaveExecutor;
  readonly time: TestTime;
  readonly deploy: TestBed["deploy"] = ((source: CodeSource, args?: readonly unknown[], options?: DeployOptions) =>
    this.#deploy(source, args, options)) as TestBed["deploy"];
  readonly contractAt: TestBed["contractAt"] = ((source: CodeSource, at: string) =>
    this.#contractAt(source, at)) as TestBed["contractAt"];
  readonly #simulation: Simulation;
  readonly #known = new KnownContracts();
  readonly #bed: ContractBed;
  #gasPrice = DEFAULT_GAS_PRICE;

  /** Use `createEnclave`. */
  constructor(simulation: Simulation, origin: SimulationOrigin, options: EnclaveOptions) {
    this.seed = hash(toHex(origin.seed), "seed");
    this.#simulation = simulation;
    this.executor = new EnclaveExecutor(simulation, this.#known, {
      defaultAccount: this.accounts[0],
      gasLimit: BigInt(options.gasLimit ?? DEFAULT_GAS_LIMIT),
      clock: { epoch: 1n, number: 1n, timestamp: BigInt(options.timestamp ?? DEFAULT_TIMESTAMP) },
      log: logger(options.log, this.#known),
      origin,
    });
    this.time = timeOf(this.executor);
    this.#bed = { executor: this.executor, abiOf: (contract) => this.#known.get(contract)?.abi };
  }

  /** Base units of ENG for a unit of gas. Nobody pays here; a contract cannot ask for it. */
  get gasPrice(): bigint {
    return this.#gasPrice;
  }

  /** The block that the newest call ran in. */
  get block(): { readonly number: bigint; readonly timestamp: bigint; readonly epoch: bigint } {
    return { ...this.executor.clock };
  }

  async #deploy(source: CodeSource, args: readonly unknown[] = [], options: DeployOptions = {}): Promise<unknown> {
    const { name, module, abi } = await findCode(source);
    const codeHash = this.executor.load(module);
    const { address: contract, executed } = this.executor.deploy({
      codeHash,
      input: encodeConstructor(abi, args),
      from: options.from ?? this.accounts[0],
      gasLimit: options.gasLimit === undefined ? undefined : BigInt(options.gasLimit),
      group: groupOf(options.group),
    });
    let names: readonly string[] | undefined;
    const functionNames = (): readonly string[] => {
      names ??= this.#simulation.functionNames(codeHash);
      return names;
    };
    this.#known.add(contract, { name, abi, codeHash, functionNames });
    const { result, failure } = await outcomeOf(executed, { bed: this.#bed, abi }, undefined);
    if (failure !== undefined) throw failure;
    return Object.assign(testContract({ bed: this.#bed, contract, contractName: name, abi, from: undefined }), {
      deployment: result,
    });
  }

  async #contractAt(source: CodeSource, at: string): Promise<unknown> {
    const { name, abi } = await findCode(source);
    const contract = address(at);
    if (this.#known.get(contract) === undefined)
      throw new EnigmaError("contract-not-deployed", { data: { secretContract: contract } });
    return testContract({ bed: this.#bed, contract, contractName: name, abi, from: undefined });
  }

  snapshot(): Promise<Snapshot> {
    return this.executor.snapshot();
  }

  revert(snapshot: Snapshot): Promise<void> {
    return this.executor.revert(snapshot);
  }

  async mine(blocks = 1): Promise<void> {
    if (!Number.isSafeInteger(blocks) || blocks < 0)
      throw new EnigmaError("invalid-params", { data: { field: "blocks", problem: "it is not a whole number" } });
    for (let block = 0; block < blocks; block += 1) this.executor.nextBlock();
  }

  async advanceEpoch(): Promise<bigint> {
    return this.executor.advanceEpoch();
  }

  impersonate(account: string): Account {
    return { address: address(account), name: undefined };
  }

  async setGasPrice(price: bigint | number): Promise<void> {
    this.#gasPrice = BigInt(price);
  }

  async close(): Promise<void> {
    this.executor.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function timeOf(executor: EnclaveExecutor): TestTime {
  return {
    increase: async (seconds) => executor.increaseTime(BigInt(seconds)),
    setNext: async (unixSeconds) => executor.setNextTimestamp(BigInt(unixSeconds)),
    now: async () => executor.clock.timestamp,
  };
}

function logger(log: EnclaveOptions["log"], known: KnownContracts): (line: LogLine) => void {
  if (log === false) return () => undefined;
  const write = log ?? ((contract: string, line: string) => console.log(`${contract}: ${line}`));
  return ({ contract, text }) => write(known.title(contract), text);
}

function seedOf(seed: Uint8Array | string = DEFAULT_SEED): Hash {
  return hash(typeof seed === "string" ? seed : toHex(seed), "seed");
}

function groupOf(group: DeployOptions["group"]): Address | undefined {
  return group === undefined ? undefined : address(typeof group === "string" ? group : group.address, "group");
}
