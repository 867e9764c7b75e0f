import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { JsonRpcProvider, Wallet } from "ethers";
import {
  type DeploymentReceipt,
  Enigma,
  type Task,
  type TaskReceipt,
  type UntypedSecretContract,
} from "../client/index.ts";
import { ENG } from "../ethereum/token-contract.ts";
import { abortable } from "../network/abortable.ts";
import type { LocalNetwork } from "../network/local-network.ts";
import type { RandomBytes } from "../network/seeded-bytes.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import type { Hash, Hex } from "../protocol/hex.ts";

/** A user of the sample and the net worth that nobody else may learn. */
interface Person {
  readonly name: string;
  /** Index among the network's funded accounts. */
  readonly account: number;
  readonly netWorth: bigint;
}

export const PEOPLE = [
  { name: "first user", account: 1, netWorth: 1_000_000n },
  { name: "second user", account: 2, netWorth: 7_250_000n },
  { name: "third user", account: 3, netWorth: 3_400_000n },
] as const satisfies readonly Person[];

/** One task of the sample, settled, as its user saw it. */
export interface SampleTask {
  readonly kind: "deploy" | "call";
  readonly who: string;
  /** What was asked, in words that show the plaintext. */
  readonly call: string;
  readonly task: Task<unknown>;
  readonly receipt: TaskReceipt<unknown>;
  /** The decrypted result, in words. */
  readonly answer: string;
  /** Ethereum gas of the transaction that settled it; other receipts may share it. */
  readonly receiptGas: bigint;
  /** Milliseconds from the call to the verified answer. */
  readonly milliseconds: number;
}

const DEPLOY_GAS = 5_000_000n;
const CALL_GAS = 500_000n;
const DEPOSIT = 100n * ENG;
const SAMPLE = resolve(import.meta.dirname, "../../contracts/dist/millionaires");

/**
 * Runs the millionaires sample on a network: a deployment, three encrypted net worths, one question.
 * Every task is awaited before the next, and given to `onTask` once its answer is verified.
 */
export async function runMillionaires(
  network: LocalNetwork,
  signal: AbortSignal,
  onTask: (task: SampleTask) => Promise<void>,
): Promise<void> {
  const { module, abi } = await readSample();
  const timed = (order: SampleOrder) => settle(network, order, signal);
  const users = await connectUsers(network);
  try {
    const [first] = users as [Enigma, ...Enigma[]];
    const deployed = await timed({
      ...{ kind: "deploy", who: PEOPLE[0].name, call: "constructor()" },
      order: () => first.deploy({ module, abi, args: [], gasLimit: DEPLOY_GAS }),
    });
    await onTask({ ...deployed, answer: "the contract is deployed" });
    const { address } = (deployed.receipt as DeploymentReceipt<UntypedSecretContract>).contract;
    for (const [index, person] of PEOPLE.entries()) {
      const contract = (users[index] as Enigma).contract(address, abi);
      const added = await timed({
        ...{ kind: "call", who: person.name, call: `addMillionaire(${person.netWorth})` },
        order: () => contract.getFunction("addMillionaire")(person.netWorth, { gasLimit: CALL_GAS }),
      });
      await onTask({ ...added, answer: "done" });
    }
    const question = first.contract(address, abi);
    const asked = await timed({
      ...{ kind: "call", who: PEOPLE[0].name, call: "richest()" },
      order: () => question.getFunction("richest")({ gasLimit: CALL_GAS }),
    });
    await onTask({ ...asked, answer: nameOf(network, String(asked.receipt.result)) });
  } finally {
    for (const user of users) user.close();
  }
}

interface SampleOrder {
  readonly kind: "deploy" | "call";
  readonly who: string;
  readonly call: string;
  readonly order: () => Promise<Task<unknown>>;
}

async function settle(
  network: LocalNetwork,
  { kind, who, call, order }: SampleOrder,
  signal: AbortSignal,
): Promise<Omit<SampleTask, "answer">> {
  const start = performance.now();
  const task = await abortable(order(), signal);
  const receipt = await abortable(task.wait(), signal);
  const milliseconds = performance.now() - start;
  const receiptGas = await transactionGas(network, receipt.transactionHash);
  return { kind, who, call, task, receipt, receiptGas, milliseconds };
}

async function transactionGas(network: LocalNetwork, transactionHash: Hash): Promise<bigint> {
  const receipt = await network.view.connection.request<{ gasUsed: Hex }>("eth_getTransactionReceipt", [
    transactionHash,
  ]);
  return BigInt(receipt.gasUsed);
}

async function connectUsers(network: LocalNetwork): Promise<Enigma[]> {
  const provider = new JsonRpcProvider(network.chain.url, Number(network.chain.chainId), { staticNetwork: true });
  const users: Enigma[] = [];
  for (const person of PEOPLE) {
    const account = network.accounts.users[person.account];
    const worker = network.workers[users.length % network.workers.length];
    if (account === undefined || worker === undefined)
      throw new RangeError("the network has too few accounts or workers");
    const signer = new Wallet(account.privateKey, provider);
    const random: RandomBytes = network.randomness.streamFor(`${person.name} ${network.earlierStarts}`);
    const user = await Enigma.connect({ rpc: worker.url, signer, random });
    if ((await user.balance()) < DEPOSIT) await user.deposit(DEPOSIT);
    users.push(user);
  }
  return users;
}

async function readSample(): Promise<{ module: Uint8Array; abi: string }> {
  try {
    const [module, abi] = await Promise.all([
      readFile(join(SAMPLE, "millionaires.wasm")),
      readFile(join(SAMPLE, "abi.json"), "utf8"),
    ]);
    return { module: new Uint8Array(module), abi };
  } catch (cause) {
    throw new EnigmaError("contracts-not-compiled", { data: { contract: "millionaires" }, cause });
  }
}

function nameOf(network: LocalNetwork, address: string): string {
  const person = PEOPLE.find(({ account }) => network.accounts.users[account]?.address === address.toLowerCase());
  return person === undefined ? address : `${address} (${person.name})`;
}
