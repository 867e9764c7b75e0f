import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { JsonRpcProvider, Wallet } from "ethers";
import { afterEach, describe, expect, test } from "vitest";
import { ChainView } from "../../host/ethereum/chain-view.ts";
import { devAccounts } from "../../host/ethereum/dev-accounts.ts";
import { type DevChain, type DevChainOptions, startDevChain } from "../../host/ethereum/dev-chain.ts";
import { JsonRpcConnection } from "../../host/ethereum/json-rpc-connection.ts";
import { TransactionSender } from "../../host/ethereum/transaction-sender.ts";
import { type Hex, ZERO_ADDRESS } from "../../host/protocol/hex.ts";
import { refusedWith } from "./refused-with.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function start(options: DevChainOptions = {}): Promise<{ chain: DevChain; connection: JsonRpcConnection }> {
  const chain = await startDevChain(options);
  const connection = new JsonRpcConnection(chain.url);
  cleanups.push(() => chain.close());
  cleanups.push(() => connection.close());
  return { chain, connection };
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "dev-chain-"));
  cleanups.push(() => rm(folder, { recursive: true }));
  return folder;
}

function senders(connection: JsonRpcConnection): TransactionSender[] {
  return devAccounts().map(({ privateKey }) => new TransactionSender(connection, privateKey));
}

const PAYMENT = { to: devAccounts()[9]?.address, data: "0x", gasLimit: 21_000n, value: 1n } as const;
const blockNumber = async (connection: JsonRpcConnection) => Number(await connection.request<Hex>("eth_blockNumber"));
const isRunning = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("a dev chain", () => {
  test("answers with its chain id and funds the well-known accounts", async () => {
    const { chain, connection } = await start({ chainId: 4242 });
    expect(await connection.request("eth_chainId")).toBe("0x1092");
    expect(chain.accounts[0]?.address).toBe("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");
    const balance = await connection.request<Hex>("eth_getBalance", [chain.accounts[19]?.address, "latest"]);
    expect(BigInt(balance)).toBe(10_000n * 10n ** 18n);
  });

  test("closes a block as soon as there is a transaction, and an empty one when no more come", async () => {
    const { chain, connection } = await start();
    const domain = { chainId: 31_337n, enigma: ZERO_ADDRESS };
    const view = new ChainView({ url: chain.url, domain });
    cleanups.push(() => view.close());
    const [sender] = senders(connection) as [TransactionSender];
    const { blockNumber: block } = await sender.send(PAYMENT);
    for await (const step of view.follow({ signal: new AbortController().signal })) {
      if (step.kind === "block" && step.number > block) break;
    }
    const [transactions, empty] = await Promise.all(
      [block, block + 1n].map((number) =>
        connection.request<Hex>("eth_getBlockTransactionCountByNumber", [`0x${number.toString(16)}`]),
      ),
    );
    expect([transactions, empty]).toEqual(["0x1", "0x0"]);
  });

  test("puts what waits together into few blocks, and loses nothing", async () => {
    const { connection } = await start();
    const receipts = await Promise.all(
      senders(connection).flatMap((sender) => Array.from({ length: 20 }, () => sender.send(PAYMENT))),
    );
    expect(new Set(receipts.map(({ transactionHash }) => transactionHash)).size).toBe(400);
    expect(await blockNumber(connection)).toBeLessThan(200);
  });

  test("serves an outsider that knows nothing of its miner", async () => {
    const { chain } = await start();
    const provider = new JsonRpcProvider(chain.url, undefined, { polling: true, pollingInterval: 10 });
    cleanups.push(() => provider.destroy());
    const wallet = new Wallet(devAccounts()[3]?.privateKey as string, provider);
    const receipt = await (await wallet.sendTransaction({ to: wallet.address, value: 1n })).wait();
    expect(receipt?.status).toBe(1);
  });

  test("refuses a port that is in use", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    cleanups.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
    await refusedWith("port-in-use", startDevChain({ port: (server.address() as { port: number }).port }));
  });

  test("stops when it is closed and leaves no process behind", async () => {
    const { chain } = await start();
    expect(isRunning(chain.pid)).toBe(true);
    await chain.close();
    await chain.ended;
    expect(isRunning(chain.pid)).toBe(false);
  });

  test("does not outlive the process that started it, even if that is killed", async () => {
    const script = `const { startDevChain } = await import("../../host/ethereum/dev-chain.ts");
      console.log((await startDevChain()).pid); setInterval(() => {}, 1_000);`;
    const owner = spawn(process.execPath, ["--input-type=module", "-e", script], { cwd: import.meta.dirname });
    cleanups.push(() => owner.kill("SIGKILL"));
    const [line] = (await once(owner.stdout, "data")) as [Buffer];
    const pid = Number(line.toString());
    expect(isRunning(pid)).toBe(true);
    owner.kill("SIGKILL");
    while (isRunning(pid)) await nextTurn();
  });

  test("stops when its signal is aborted, also during the start", async () => {
    const during = new AbortController();
    const starting = startDevChain({ signal: during.signal });
    during.abort(new Error("enough"));
    await expect(starting).rejects.toThrow("enough");

    const later = new AbortController();
    const { chain } = await start({ signal: later.signal });
    later.abort();
    await chain.ended;
    expect(isRunning(chain.pid)).toBe(false);
  });
});

test("in two seeded chains the same transactions give the same block hashes", async () => {
  const run = async () => {
    const { connection } = await start({ seeded: true });
    const [first, second] = senders(connection) as [TransactionSender, TransactionSender];
    const hashes: string[] = [];
    for (const sender of [first, second, first]) hashes.push((await sender.send(PAYMENT)).blockHash);
    return hashes;
  };
  expect(await run()).toEqual(await run());
});

describe.each([{ seeded: false }, { seeded: true }])("a chain with a data folder, $seeded seeded", ({ seeded }) => {
  /** Runs transactions on the chain of the folder and ends it with `end`. */
  async function run(data: string, end: (chain: DevChain, last: number) => Promise<unknown>) {
    const { chain, connection } = await start({ data, seeded });
    const before = await blockNumber(connection);
    const receipts = await Promise.all(
      senders(connection)
        .slice(0, 3)
        .flatMap((sender) => [sender.send(PAYMENT), sender.send(PAYMENT)]),
    );
    await end(chain, Math.max(...receipts.map(({ blockNumber: number }) => Number(number))));
    connection.close();
    await chain.close();
    return { before, receipts };
  }

  test("goes on where it was closed, with the same blocks", async () => {
    const data = await temporaryFolder();
    const first = await run(data, async () => {});
    const second = await run(data, async () => {});
    expect(second.before).toBeGreaterThanOrEqual(Number(first.receipts.at(-1)?.blockNumber));
    const { connection } = await start({ data, seeded });
    for (const { transactionHash, blockHash } of [...first.receipts, ...second.receipts]) {
      const receipt = await connection.request("eth_getTransactionReceipt", [transactionHash]);
      expect(receipt).toMatchObject({ blockHash });
    }
  });

  test("goes on after its process was killed, and after a line of the journal was cut short", async () => {
    const data = await temporaryFolder();
    const journal = join(data, "chain.jsonl");
    const first = await run(data, async ({ pid }, last) => {
      while (!(await readFile(journal, "utf8")).includes(`"number":${last},`)) await nextTurn();
      process.kill(pid, "SIGKILL");
    });
    await appendFile(journal, '{"number":9,"ha');
    const { connection } = await start({ data, seeded });
    const { transactionHash, blockHash } = first.receipts[0] as (typeof first.receipts)[0];
    expect(await connection.request("eth_getTransactionReceipt", [transactionHash])).toMatchObject({ blockHash });
  });
});

test("a chain that went back and on again is kept as it is in the end", async () => {
  const data = await temporaryFolder();
  const { chain, connection } = await start({ data });
  const mined = async (count: number) => {
    for (let block = 0; block < count; block += 1) await connection.request("evm_mine");
  };
  await mined(3);
  for (let round = 0; round < 20; round += 1) {
    const snapshot = await connection.request("evm_snapshot");
    await mined(3);
    await connection.request("evm_revert", [snapshot]);
    await mined(round % 4);
  }
  const head = await connection.request<{ number: Hex; hash: Hex }>("eth_getBlockByNumber", ["latest", false]);
  await chain.close();
  const again = await start({ data });
  expect(await again.connection.request("eth_getBlockByNumber", [head.number, false])).toMatchObject({
    hash: head.hash,
  });
});

test("a data folder of another chain is refused", async () => {
  const data = await temporaryFolder();
  await (await start({ data })).chain.close();
  await refusedWith("chain-data-mismatch", startDevChain({ data, chainId: 5 }));
  await refusedWith("chain-data-mismatch", startDevChain({ data, seeded: true }));
});

describe("a connection", () => {
  test("to nobody is chain-unreachable", async () => {
    const { chain, connection } = await start();
    await chain.close();
    await refusedWith("chain-unreachable", connection.request("eth_chainId"));
  });

  test("to something else than an Ethereum endpoint is chain-unreachable", async () => {
    expect(() => new JsonRpcConnection("ftp://127.0.0.1")).toThrowError(
      expect.objectContaining({ code: "chain-unreachable" }),
    );
    const { createServer: createHttpServer } = await import("node:http");
    const server = createHttpServer((_, response) => response.end("hello"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    cleanups.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
    const connection = new JsonRpcConnection(`http://127.0.0.1:${(server.address() as { port: number }).port}`);
    cleanups.push(() => connection.close());
    await refusedWith("chain-unreachable", connection.request("eth_chainId"));
  });

  test("answers calls that leave together each with its own result or error", async () => {
    const { connection } = await start();
    const results = await Promise.allSettled([
      connection.request("eth_chainId"),
      connection.request("eth_noSuchMethod"),
      connection.request("eth_blockNumber"),
    ]);
    expect(results).toMatchObject([
      { status: "fulfilled", value: "0x7a69" },
      { status: "rejected", reason: { code: "chain-rpc-error", data: { method: "eth_noSuchMethod" } } },
      { status: "fulfilled", value: "0x0" },
    ]);
  });
});

describe("a sender", () => {
  test("keeps the order of what is sent at once", async () => {
    const { connection } = await start();
    const [sender] = senders(connection) as [TransactionSender];
    const receipts = await Promise.all(Array.from({ length: 120 }, () => sender.send(PAYMENT)));
    const sent = await Promise.all(
      receipts.map(({ transactionHash }) =>
        connection.request<{ nonce: Hex }>("eth_getTransactionByHash", [transactionHash]),
      ),
    );
    expect(sent.map(({ nonce }) => Number(nonce))).toEqual(Array.from({ length: 120 }, (_, nonce) => nonce));
  });

  test("leaves no states of old blocks on disk", async () => {
    const home = await temporaryFolder();
    const usual = process.env.HOME;
    process.env.HOME = home;
    cleanups.push(() => {
      process.env.HOME = usual;
    });
    const { connection } = await start();
    await connection.request("anvil_mine", ["0x400"]);
    const left = await readdir(home, { recursive: true });
    expect(left.filter((name) => name.includes("anvil-state"))).toEqual([]);
  });

  test("goes on after a transaction that the chain does not take", async () => {
    const { connection } = await start();
    const [sender] = senders(connection) as [TransactionSender];
    await refusedWith("chain-rpc-error", sender.send({ ...PAYMENT, value: 10n ** 30n }));
    expect((await sender.send(PAYMENT)).blockNumber).toBeGreaterThan(0n);
  });

  test("tells a transaction that ran out of gas from one that reverted", async () => {
    const { connection } = await start();
    const [sender] = senders(connection) as [TransactionSender];
    // An endless loop (JUMPDEST PUSH0 JUMP), and a plain revert (PUSH0 PUSH0 REVERT), as creation code.
    await refusedWith("transaction-out-of-gas", sender.send({ data: "0x5b5f56", gasLimit: 100_000n }));
    await refusedWith("transaction-reverted", sender.send({ data: "0x5f5ffd", gasLimit: 100_000n }));
  });
});
