/** Solidity contracts on a test network's chain: the samples, and those of `solidity/`, which only tests have. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Interface, type InterfaceAbi } from "ethers";
import { callContract } from "../../host/ethereum/call-contract.ts";
import { type TransactionReceipt, TransactionSender } from "../../host/ethereum/transaction-sender.ts";
import { type Address, address, type Hex } from "../../host/protocol/hex.ts";
import type { TestNetwork } from "../../host/testing/test-network.ts";
import { compile } from "../../scripts/compile-solidity.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const SOURCES = join(ROOT, "contracts/ethereum");
const GAS_LIMIT = 5_000_000n;

interface Artifact {
  readonly abi: InterfaceAbi;
  readonly bytecode: string;
}

/** A sample as set-up compiles it. */
export function sample(name: "Ballot" | "LuckyDraw" | "SampleToken"): Artifact {
  return JSON.parse(readFileSync(join(ROOT, "contracts/dist/ethereum", `${name}.json`), "utf8"));
}

/** Compiles a contract of `solidity/`, which may import those of `contracts/ethereum`. */
export function compiled(name: "CallTarget" | "EncryptedOrders"): Artifact {
  const own = readFileSync(join(import.meta.dirname, "solidity", `${name}.sol`), "utf8");
  const others = own.includes("import ")
    ? readdirSync(SOURCES).filter((file) => /^(I|OrdersS|.*Types)/.test(file))
    : [];
  const sources = Object.fromEntries(
    others.map((file) => [file, { content: readFileSync(join(SOURCES, file), "utf8") }]),
  );
  const file = `${name}.sol`;
  const contract = compile({ ...sources, [file]: { content: own } })[file]?.[name];
  if (contract === undefined) throw new Error(`the compiler's output lacks ${name}`);
  return { abi: contract.abi, bytecode: `0x${contract.evm.bytecode.object}` };
}

/** A contract, with the account that deployed it as its caller. */
export class EthereumContract {
  readonly address: Address;
  readonly interface: Interface;
  readonly #sender: TransactionSender;

  private constructor(contractAddress: Address, abi: Interface, sender: TransactionSender) {
    this.address = contractAddress;
    this.interface = abi;
    this.#sender = sender;
  }

  /** Deploys from an account that nothing else sends from. */
  static async deploy(owner: TransactionSender, artifact: Artifact, args: readonly unknown[] = []) {
    const abi = Interface.from(artifact.abi);
    const data = (artifact.bytecode + abi.encodeDeploy(args).slice(2)) as Hex;
    const { contractAddress } = await owner.send({ data, gasLimit: GAS_LIMIT });
    return new EthereumContract(address(String(contractAddress)), abi, owner);
  }

  /** The same contract, called by another account. */
  as(sender: TransactionSender): EthereumContract {
    return new EthereumContract(this.address, this.interface, sender);
  }

  /** What a view function returns: its one value, or all of them. */
  async read(name: string, ...args: readonly unknown[]): Promise<unknown> {
    const data = this.interface.encodeFunctionData(name, args) as Hex;
    const values = this.interface.decodeFunctionResult(
      name,
      await callContract(this.#sender.connection, this.address, data),
    );
    return values.length === 1 ? values[0] : values.toArray();
  }

  /** Sends a transaction and waits for its block. @throws `transaction-reverted` */
  send(name: string, ...args: readonly unknown[]): Promise<TransactionReceipt> {
    const data = this.interface.encodeFunctionData(name, args) as Hex;
    return this.#sender.send({ to: this.address, data, gasLimit: GAS_LIMIT });
  }
}

/** The sender of a network's funded account `index`; an account has one sender, so it can be no client's as well. */
export function ethereumSender(network: TestNetwork, index: number): TransactionSender {
  const { accounts, view } = network.local;
  const account = accounts.users[index];
  if (account === undefined) throw new RangeError("there is no such account");
  return new TransactionSender(view.connection, account.privateKey);
}
