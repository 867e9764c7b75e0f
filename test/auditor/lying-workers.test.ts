/** A worker that lies to an auditor is found out, whatever it lies about; one that knows less is passed over. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Auditor } from "../../host/auditor/auditor.ts";
import type { UntypedSecretContract } from "../../host/client/index.ts";
import { startEnclave } from "../../host/enclave/start-enclave.ts";
import type { Hash } from "../../host/protocol/hex.ts";
import { TASK_KIND } from "../../host/protocol/task-record.ts";
import { RpcClient } from "../../host/rpc/rpc-client.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";
import { type Alteration, AlteredWorker, flipped } from "./altered-worker.ts";
import { auditorOf, placesOf } from "./audited-network.ts";

type Json = Record<string, unknown>;

let network: TestNetwork;
let probe: UntypedSecretContract;
let worker: AlteredWorker;
let tasks: Hash[];

beforeAll(async () => {
  network = await startTestNetwork();
  const user = await network.user(1);
  probe = await network.deploy(user, "probe", ["0x01", "0x02"]);
  tasks = [];
  for (let run = 0; run < 3; run += 1) tasks.push((await (await probe.getFunction("countRun")()).wait()).taskId);
  worker = await AlteredWorker.before(network.worker(0).url);
});
afterEach(() => {
  worker.alter = () => undefined;
});
afterAll(async () => {
  await worker?.stop();
  await network?.stop();
});

const of = (method: string, change: (result: Json) => Json): Alteration => {
  return (asked, result) => (asked === method ? change(result) : undefined);
};
const entriesOf = (result: Json) => result.entries as Json[];
const altered = (entries: readonly Json[], at: number, change: (entry: Json) => Json) =>
  entries.map((entry, index) => (index === at ? change(entry) : entry));

/** The code with which a replay, and an audit, end. */
async function codes(alter: Alteration, rpc: readonly string[] = [worker.url]): Promise<unknown[]> {
  worker.alter = alter;
  await using auditor = await auditorOf(network, { rpc, inProcess: true });
  const code = (work: Promise<{ verdict: string }>) =>
    work.then(
      ({ verdict }) => verdict,
      (error: { code?: unknown }) => error.code,
    );
  return [await code(auditor.replay(tasks[2] as Hash)), await code(auditor.audit(probe.address))];
}

describe("a worker that tells", () => {
  const record = (change: Json) =>
    of("enigma_getTaskInput", (result) => ({ ...result, record: { ...(result.record as Json), ...change } }));
  const entry = (at: number, change: (one: Json) => Json) =>
    of("enigma_getLog", (result) => ({ ...result, entries: altered(entriesOf(result), at, change) }));

  it.each<[string, Alteration, string]>([
    ["another sender of the record", record({ sender: `0x${"11".repeat(20)}` }), "false-record"],
    ["another gas limit of the record", record({ gasLimit: "5" }), "false-record"],
    ["another kind of the record", record({ kind: TASK_KIND.deploy }), "false-record"],
    [
      "contracts that the record does not name",
      of("enigma_getTaskInput", (result) => ({
        ...result,
        touches: [{ secretContract: probe.address, codeHash: `0x${"22".repeat(32)}`, group: probe.address }],
      })),
      "false-record",
    ],
    [
      "another input",
      of("enigma_getTaskInput", (result) => ({ ...result, input: flipped(result.input) })),
      "false-input",
    ],
    [
      "another key of the user",
      of("enigma_getTaskInput", (result) => ({ ...result, userKey: flipped(result.userKey) })),
      "false-input",
    ],
    ["other code", of("enigma_getCode", (result) => ({ module: flipped(result.module) })), "false-code"],
    [
      "another output",
      of("enigma_getTaskResult", (result) => ({ ...result, output: flipped(result.output) })),
      "false-output",
    ],
    ["no output", of("enigma_getTaskResult", (result) => ({ ...result, output: null })), "false-output"],
    ["another entry's ciphertext", entry(1, (one) => ({ ...one, ciphertext: flipped(one.ciphertext) })), "false-log"],
    ["another entry's epoch", entry(0, (one) => ({ ...one, epoch: "9" })), "false-log"],
    ["another entry's task", entry(1, (one) => ({ ...one, taskId: flipped(one.taskId) })), "false-log"],
    [
      "a log without an entry in the middle",
      of("enigma_getLog", (result) => ({ ...result, entries: entriesOf(result).filter((_, index) => index !== 1) })),
      "false-log",
    ],
    [
      "a log without its first entry, counted anew",
      of("enigma_getLog", (result) => ({
        ...result,
        entries: entriesOf(result)
          .slice(1)
          .map((one, index) => ({ ...one, index: String(index) })),
      })),
      "false-log",
    ],
    [
      "a log that is cut off",
      of("enigma_getLog", (result) => ({ ...result, entries: entriesOf(result).slice(0, 2) })),
      "log-cut",
    ],
    ["an empty log", of("enigma_getLog", (result) => ({ ...result, entries: [] })), "log-cut"],
  ])("%s is found out", async (_, alter, code) => {
    expect(await codes(alter)).toEqual([code, code]);
  });

  it("what is no answer at all is taken for none", async () => {
    const nonsense = of("enigma_getLog", () => ({ entries: 5 }));
    expect(await codes(nonsense)).toEqual(["gateway-unreachable", "gateway-unreachable"]);
  });
});

describe("a worker that knows less", () => {
  const cut = of("enigma_getLog", (result) => ({ ...result, entries: entriesOf(result).slice(0, 2) }));

  it("is passed over for one that knows more", async () => {
    const both = [worker.url, network.worker(1).url];
    expect(await codes(cut, both)).toEqual(["equal", "equal"]);
    expect(await codes(() => undefined, ["http://127.0.0.1:9", ...both])).toEqual(["equal", "equal"]);
  });
});

describe("a network", () => {
  it("that cannot be reached is told by which part of it is missing", async () => {
    const places = placesOf(network);
    const start = (change: Partial<typeof places>) => Auditor.start({ ...places, ...change, inProcess: true });
    const nowhere = "http://127.0.0.1:9";
    await expect(start({ rpc: nowhere })).rejects.toMatchObject({ code: "gateway-unreachable" });
    await expect(start({ ethereum: nowhere })).rejects.toMatchObject({ code: "chain-unreachable" });
    await expect(start({ principal: nowhere })).rejects.toMatchObject({ code: "principal-unreachable" });
  });

  it("gives no keys to an enclave of the other package", async () => {
    const other = auditorOf(network, { package: "release", inProcess: true });
    await expect(other).rejects.toMatchObject({ code: expect.stringMatching(/^quote-/) });
  });
});

describe("the list of a worker's tasks", () => {
  const list = (params: object) =>
    new RpcClient(network.worker(1).url).call("enigma_listTasks", params) as Promise<{
      tasks: Json[];
      next: string | null;
    }>;

  it("is the newest first, of one contract or of all, page by page", async () => {
    const all = await list({ secretContract: probe.address });
    expect(all.tasks.slice(0, 3).map(({ taskId }) => taskId)).toEqual(tasks.toReversed());
    expect(all.tasks.map(({ kind, status }) => [kind, status])).toEqual([
      ...tasks.map(() => [TASK_KIND.call, "committed"]),
      [TASK_KIND.deploy, "committed"],
    ]);
    for (const { gasUsed } of all.tasks) expect(Number(gasUsed)).toBeGreaterThan(10_000);
    const paged: unknown[] = [];
    let before: string | null = null;
    do {
      const page: { tasks: Json[]; next: string | null } = await list({ limit: 3, before });
      paged.push(...page.tasks);
      before = page.next;
    } while (before !== null);
    expect(paged).toEqual(all.tasks);
    expect(await list({ secretContract: `0x${"77".repeat(20)}` })).toEqual({ tasks: [], next: null });
  });
});

it("a principal that was made without auditors is told by a code of its own", async () => {
  const { folder } = network;
  const place = (name: string) => ({
    platformFolder: `${folder}/${name}/platform`,
    sealedFile: `${folder}/${name}/keys`,
  });
  const common = { ...network.local.domain, package: "debug", inProcess: true } as const;
  const principal = await startEnclave({ ...common, role: "principal", ...place("strict") });
  const principalSigner = principal.identity.signer;
  const auditor = await startEnclave({ ...common, role: "auditor", principalSigner, ...place("auditor") });
  const { signer, encryptionKey } = auditor.identity;
  const { timestamp } = await network.local.view.head();
  const admitting = principal.admitAuditor({ signer, encryptionKey, ...(await auditor.quote()), now: timestamp });
  await expect(admitting).rejects.toMatchObject({ code: "auditors-refused" });
  await principal.close();
  const again = startEnclave({ ...common, role: "principal", auditors: "any", ...place("strict") });
  await expect(again).rejects.toMatchObject({ code: "auditors-setting-differs" });
  await auditor.close();
});
