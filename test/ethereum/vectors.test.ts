/**
 * The published vectors, replayed by Enigma's own Solidity: its parts run on storage that a vector describes, at the
 * vector's address. A chain id is the chain's, so that those of another chain are compared as far as it does not enter.
 */
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Interface, type Result, ZeroAddress } from "ethers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEV_CHAIN_ID, type DevChain, startDevChain } from "../../host/ethereum/dev-chain.ts";
import { JsonRpcConnection } from "../../host/ethereum/json-rpc-connection.ts";
import { revertData } from "../../host/ethereum/revert-error.ts";
import { TransactionSender } from "../../host/ethereum/transaction-sender.ts";
import type { Hex } from "../../host/protocol/hex.ts";
import { compileTargets, type Target } from "./target-contracts.ts";

const VECTORS = resolve(import.meta.dirname, "../vectors");
const MAX_STAKE = 2n ** 96n - 1n;

let chain: DevChain;
let connection: JsonRpcConnection;
let sender: TransactionSender;
let deploy: Awaited<ReturnType<typeof compileTargets>>;
let epochs: Target;

beforeAll(async () => {
  chain = await startDevChain({ seeded: true });
  connection = new JsonRpcConnection(chain.url);
  sender = new TransactionSender(connection, chain.accounts[0]?.privateKey as Hex);
  deploy = await compileTargets("Vectors.sol");
  epochs = await deploy(sender, "EpochVectors");
});
afterAll(async () => {
  connection?.close();
  await chain?.close();
});

async function vectors<Vector>(file: string): Promise<Vector[]> {
  const list = JSON.parse(await readFile(join(VECTORS, `${file}.json`), "utf8")) as Vector[];
  expect(list.length).toBeGreaterThan(1);
  return list;
}

/** Those that this chain can have made. */
const local = <Vector extends { chainId: string }>(list: Vector[]): Vector[] => {
  const found = list.filter(({ chainId }) => chainId === String(DEV_CHAIN_ID));
  expect(found.length).toBe(list.length / 2);
  return found;
};

interface CallOptions {
  /** Where the target's code runs; where it was deployed by default. */
  readonly at?: string;
  readonly from?: string;
}

/** What a function of a target answers. Nothing is kept. */
async function ask({ address, abi }: Target, name: string, args: unknown[], { at, from }: CallOptions = {}) {
  const data = abi.encodeFunctionData(name, args);
  const overrides =
    at === undefined ? {} : { [at]: { code: await connection.request("eth_getCode", [address, "latest"]) } };
  const answer = await connection.request<Hex>("eth_call", [{ to: at ?? address, data, from }, "latest", overrides]);
  const [value] = abi.decodeFunctionResult(name, answer);
  return typeof value === "string" ? value.toLowerCase() : value;
}

/** The error with which a call ends. */
async function refusal(abi: Interface, call: Promise<unknown>): Promise<{ name: string; args: Result } | undefined> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error === undefined) return undefined;
  const parsed = abi.parseError(revertData(error) ?? "0x");
  if (parsed === null) throw error;
  return parsed;
}

const addresses = (workers: readonly Weighted[]) => workers.map(({ address }) => address);

describe("selection", () => {
  test("of a worker by seed, group and stakes", async () => {
    const all = await vectors<SelectionVector>("selection");
    const stakesOf = ({ workers }: SelectionVector) => workers.map(({ cumulativeStake }) => BigInt(cumulativeStake));
    // No stake is larger than ENG's supply, which 96 bits hold.
    const possible = all.filter((vector) => stakesOf(vector).every((stake) => stake <= MAX_STAKE));
    expect(all.length - possible.length).toBe(3);
    for (const vector of possible) {
      const { name, seed, group, workers, expected } = vector;
      const found = await ask(epochs, "selected", [seed, group, addresses(workers), stakesOf(vector)]);
      expect(found, name).toBe(expected ?? ZeroAddress);
    }
  });

  test("starts from the hash of a snapshot", async () => {
    for (const { name, workers, expected } of await vectors<SnapshotVector>("snapshot")) {
      const stakes = workers.map(
        ({ cumulativeStake }, index) => BigInt(cumulativeStake) - BigInt(workers[index - 1]?.cumulativeStake ?? 0),
      );
      expect(await ask(epochs, "snapshotHash", [addresses(workers), stakes]), name).toBe(expected);
    }
  });
});

describe("what enclaves sign", () => {
  const digests = async (list: SignedVector[], name: string, argsOf: (vector: SignedVector) => unknown[]) => {
    for (const vector of list) {
      expect(await ask(epochs, name, argsOf(vector)), vector.name).toBe(vector.expected.hash);
    }
    for (const { name: title, enigma, expected } of local(list)) {
      expect(await ask(epochs, "digestOf", [expected.hash], { at: enigma }), title).toBe(expected.digest);
    }
  };

  test("epochs", async () => {
    const list = await vectors<SignedVector & { epoch: Record<string, string> }>("epoch");
    const fields = ["number", "seed", "snapshotHash", "snapshotBlock", "snapshotBlockHash", "firstBlock"];
    await digests(list, "epochHash", ({ epoch }) => fields.map((field) => epoch?.[field]));
  });

  test("workers' registrations", async () => {
    const list = await vectors<SignedVector>("worker-registration");
    const fields = ["worker", "signer", "encryptionKey"];
    await digests(list, "registrationHash", ({ registration }) => fields.map((field) => registration?.[field]));
  });

  test("receipts that contradict each other", async () => {
    for (const vector of local(await vectors<EquivocationVector>("equivocation"))) {
      const { name, enigma, first, firstSignature, second, secondSignature, signer, expected } = vector;
      const evidence = [first, firstSignature, second, secondSignature];
      const found = await refusal(epochs.abi, ask(epochs, "reportEquivocation", evidence, { at: enigma }));
      // Evidence that holds asks for the worker of the signer, and there are no workers here.
      expect(found?.name, name).toBe(expected ? "WorkerUnknown" : "EvidenceInvalid");
      if (expected) expect(String(found?.args[0]).toLowerCase(), name).toBe(signer);
    }
  });
});

describe("tasks", () => {
  let tasks: Target;
  beforeAll(async () => {
    tasks = await deploy(sender, "TaskVectors", [ZeroAddress]);
  });

  test("have ids", async () => {
    for (const { name, enigma, sender: account, nonce, expected } of local(await vectors<TaskIdVector>("task-id"))) {
      expect(await ask(tasks, "taskIdOf", [account, nonce], { at: enigma }), name).toBe(expected);
    }
  });

  test("deploy contracts at addresses", async () => {
    for (const { name, enigma, accountImplementation, taskId, expected } of await vectors<AddressVector>(
      "contract-address",
    )) {
      const target = await deploy(sender, "TaskVectors", [accountImplementation]);
      expect(await ask(target, "contractAddress", [taskId], { at: enigma }), name).toBe(expected);
    }
  });

  test("have outcomes", async () => {
    for (const { name, outcome, receiptHash, expected } of await vectors<OutcomeVector>("outcome-slot")) {
      expect(await ask(tasks, "outcomeOf", [outcome, receiptHash]), name).toBe(expected);
      if (name === "refunded") expect(await ask(tasks, "refundOutcome", []), name).toBe(expected);
    }
  });

  test("may touch some lists of contracts", async () => {
    const called = "0x2ef52e499dab51759392cec895b8fa28df2fbffe";
    for (const { name, touches } of await vectors<{ name: string; touches: string[] }>("touches-hash")) {
      expect(await refusal(tasks.abi, ask(tasks, "recordTouching", [called, touches])), name).toBeUndefined();
    }
  });

  test("may not touch other lists of contracts", async () => {
    for (const { name, called, touches } of await vectors<TouchesVector>("touches-refused")) {
      const found = await refusal(tasks.abi, ask(tasks, "recordTouching", [called, touches]));
      expect(found?.name, name).toBe("TouchesInvalid");
    }
  });

  test("bring their results to whoever ordered them", async () => {
    const target = await deploy(sender, "ResultVectors");
    for (const { name, taskId, secretContract, ending, payload, expected } of await vectors<ResultVector>(
      "result-callback",
    )) {
      await sender.send({
        to: target.address,
        data: target.abi.encodeFunctionData("order", [taskId, secretContract]) as Hex,
        gasLimit: 500_000n,
      });
      const call = { to: target.address, from: expected.source, data: expected.data };
      const brought = await refusal(target.abi, connection.request("eth_call", [call, "latest"]));
      expect([brought?.name, ...(brought?.args ?? [])], name).toEqual(["Result", taskId, BigInt(ending), payload]);
    }
  });
});

interface Weighted {
  readonly address: string;
  readonly cumulativeStake: string;
}

interface SelectionVector {
  readonly name: string;
  readonly seed: string;
  readonly group: string;
  readonly workers: readonly Weighted[];
  readonly expected: string | null;
}

interface SnapshotVector {
  readonly name: string;
  readonly workers: readonly Weighted[];
  readonly expected: string;
}

interface SignedVector {
  readonly name: string;
  readonly chainId: string;
  readonly enigma: string;
  readonly epoch?: Record<string, string>;
  readonly registration?: Record<string, string>;
  readonly expected: { readonly hash: string; readonly digest: string };
}

interface EquivocationVector {
  readonly name: string;
  readonly chainId: string;
  readonly enigma: string;
  readonly first: unknown;
  readonly firstSignature: string;
  readonly second: unknown;
  readonly secondSignature: string;
  readonly signer: string;
  readonly expected: boolean;
}

interface TaskIdVector {
  readonly name: string;
  readonly chainId: string;
  readonly enigma: string;
  readonly sender: string;
  readonly nonce: string;
  readonly expected: string;
}

interface AddressVector {
  readonly name: string;
  readonly enigma: string;
  readonly accountImplementation: string;
  readonly taskId: string;
  readonly expected: string;
}

interface OutcomeVector {
  readonly name: string;
  readonly outcome: number;
  readonly receiptHash: string;
  readonly expected: string;
}

interface TouchesVector {
  readonly name: string;
  readonly called: string;
  readonly touches: readonly string[];
}

interface ResultVector {
  readonly name: string;
  readonly taskId: string;
  readonly secretContract: string;
  readonly ending: number;
  readonly payload: string;
  readonly expected: { readonly source: string; readonly data: string };
}
