/** The principal node as it runs in the local network: real chain, real enclaves. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startEnclave } from "../../host/enclave/start-enclave.ts";
import { EnigmaAccount } from "../../host/ethereum/enigma-account.ts";
import { TransactionSender } from "../../host/ethereum/transaction-sender.ts";
import { LocalNetwork } from "../../host/network/local-network.ts";
import { ANY_PORTS } from "../../host/network/network-ports.ts";
import { PrincipalNode } from "../../host/principal/principal-node.ts";
import { systemClock } from "../../host/protocol/clock.ts";
import { recoverContractKeySigner } from "../../host/protocol/contract-key.ts";
import { EnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import { type Address, address, type Hash, toHex, ZERO_ADDRESS } from "../../host/protocol/hex.ts";
import { keccak } from "../../host/protocol/keccak.ts";
import { silentLogger } from "../../host/protocol/logger.ts";
import { registerToJson } from "../../host/protocol/principal-rpc-types.ts";
import { parseContractKeyResult } from "../../host/protocol/rpc-types.ts";
import { TASK_KIND } from "../../host/protocol/task-record.ts";
import { RpcClient } from "../../host/rpc/rpc-client.ts";
import { OpenRpc } from "../rpc/open-rpc.ts";
import { ended, RawUser, send } from "../worker/raw-tasks.ts";

const TIMEOUT = 60_000;
const EPOCH_BLOCKS = 40;
let network: LocalNetwork;

beforeAll(async () => {
  network = await LocalNetwork.start({
    workers: 2,
    ports: ANY_PORTS,
    checkModule: async () => {},
    epochBlocks: EPOCH_BLOCKS,
    clock: systemClock,
    log: silentLogger,
  });
}, TIMEOUT);

afterAll(async () => {
  await network?.stop();
}, TIMEOUT);

function principal(): RpcClient {
  return new RpcClient(network.principal.url);
}

async function codeOf(call: Promise<unknown>): Promise<string | undefined> {
  return call.then(
    () => undefined,
    (error: unknown) => (error instanceof EnigmaError ? error.code : String(error)),
  );
}

describe("a worker's enclave", () => {
  test("is admitted again and again with its own quote", async () => {
    const enclave = await network.workers[0]?.enclave();
    if (enclave === undefined) throw new Error("no worker");
    const evidence = registerToJson({ ...enclave.identity, ...(await enclave.quote()) });
    expect(await principal().call("principal_register", evidence)).toEqual({});
    expect(await principal().call("principal_register", evidence)).toEqual({});
  });

  test("is refused with an altered quote, or with keys that the quote does not bind", async () => {
    const [first, second] = await Promise.all(network.workers.map((worker) => worker.enclave()));
    if (first === undefined || second === undefined) throw new Error("no workers");
    const proof = await first.quote();
    const altered = { ...proof, quote: proof.quote.with(200, (proof.quote[200] ?? 0) ^ 1) };
    const register = (evidence: Parameters<typeof registerToJson>[0]) =>
      codeOf(principal().call("principal_register", registerToJson(evidence)));
    expect(await register({ ...first.identity, ...altered })).toMatch(/^quote-/);
    expect(await register({ ...second.identity, ...proof })).toMatch(/^quote-/);
  });

  test("gets no keys for a request that it did not sign", async () => {
    expect(await codeOf(principal().call("principal_grantContractKeys", { request: "0x00" }))).toBeDefined();
  });
});

test("it answers every method as its OpenRPC document says", async () => {
  const document = await OpenRpc.of(network.principal.url);
  const enclave = await network.workers[0]?.enclave();
  if (enclave === undefined) throw new Error("no worker");
  const info = await network.view.contract.currentEpoch();
  const { request } = await enclave.requestContractKeys({ epoch: info.number, contracts: [await selectedContract()] });
  const params: Record<string, Record<string, unknown>> = {
    principal_getInfo: {},
    principal_register: { ...registerToJson({ ...enclave.identity, ...(await enclave.quote()) }) },
    principal_admitAuditor: await auditorEvidence(),
    principal_getContractKey: { secretContract: ZERO_ADDRESS, codeHash: keccak(new Uint8Array([1])) },
    principal_grantContractKeys: { request: toHex(request) },
    principal_getAttestation: {},
  };
  expect(document.names).toEqual(Object.keys(params));
  for (const [name, given] of Object.entries(params)) {
    expect(document.wrongParams(name, given), name).toEqual([]);
    expect(document.problems(name, await principal().call(name, given)), name).toEqual([]);
  }
});

/** What the enclave of an auditor shows. */
async function auditorEvidence(): Promise<Record<string, unknown>> {
  const folder = await mkdtemp(join(tmpdir(), "enigma-auditor-"));
  const place = { platformFolder: join(folder, "platform"), sealedFile: join(folder, "keys") };
  const common = { package: "debug", inProcess: true, ...network.domain } as const;
  const auditor = await startEnclave({ role: "auditor", ...common, ...place });
  const evidence = { ...registerToJson({ ...auditor.identity, ...(await auditor.quote()) }) };
  await auditor.close();
  await rm(folder, { recursive: true });
  return evidence;
}

/** A contract, not deployed, of a group that the first worker serves. */
async function selectedContract(): Promise<{ secretContract: Address; codeHash: Hash; group: Address }> {
  const { contract } = network.view;
  const { number } = await contract.currentEpoch();
  const codeHash = keccak(new Uint8Array([1]));
  for (let last = 1; last < 256; last += 1) {
    const group = address(`0x${last.toString(16).padStart(40, "0")}`);
    if ((await contract.selectedWorker(number, group)) === network.workers[0]?.address)
      return { secretContract: group, codeHash, group };
  }
  throw new Error("no group of the first worker");
}

test("a contract's key is certified by the enclave that Ethereum names, before the contract is deployed", async () => {
  const codeHash = keccak(new Uint8Array([1]));
  const answer = await principal().call("principal_getContractKey", { secretContract: ZERO_ADDRESS, codeHash });
  const key = parseContractKeyResult(answer);
  const signer = recoverContractKeySigner(network.domain, key, key.signature);
  expect(signer).toBe(await network.view.contract.principalSigner());
  expect(await codeOf(principal().call("principal_getContractKey", { secretContract: ZERO_ADDRESS }))).toBe(
    "contract-not-deployed",
  );
  expect(key.group).toBe(ZERO_ADDRESS);
  const group = network.domain.enigma;
  const joining = { secretContract: ZERO_ADDRESS, codeHash, group };
  const other = parseContractKeyResult(await principal().call("principal_getContractKey", joining));
  expect([other.group, other.publicKey]).not.toEqual([key.group, key.publicKey]);
  expect(recoverContractKeySigner(network.domain, other, other.signature)).toBe(signer);
  const future = principal().call("principal_getContractKey", { secretContract: ZERO_ADDRESS, codeHash, epoch: "99" });
  expect(await codeOf(future)).toBe("epoch-not-current");
});

test(
  "a second principal cannot take the place of the first",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "enigma-principal-"));
    const owner = new EnigmaAccount(
      new TransactionSender(network.view.connection, network.accounts.owner.privateKey),
      network.view.contract,
    );
    const usurper = PrincipalNode.start({
      folder,
      launchEnclave: () =>
        startEnclave({
          role: "principal",
          package: "debug",
          platformFolder: join(folder, "platform"),
          sealedFile: join(folder, "sealed"),
          ...network.domain,
        }),
      chain: network.view,
      account: owner,
      rpc: { port: 0 },
      expectedWorkers: 1,
      clock: systemClock,
      log: silentLogger,
    });
    await expect(usurper).rejects.toMatchObject({ code: "principal-other-signer" });
    await rm(folder, { recursive: true, force: true });
  },
  TIMEOUT,
);

test(
  "epochs follow each other by the contract's schedule, over a restart of the principal, while tasks go on",
  async () => {
    const user = await RawUser.open(network, 3);
    const gateway = network.workers[0];
    if (gateway === undefined) throw new Error("no worker");
    const number = async () => (await network.view.contract.currentEpoch()).number;
    const statuses = new Set<string>();
    for (let tasks = 0; (await number()) < 3n; tasks += 1) {
      const module = new Uint8Array([tasks]);
      const { taskId, params } = await user.record(TASK_KIND.deploy, undefined, module, keccak(module));
      await send(gateway, params);
      statuses.add((await ended(gateway, taskId)).status);
      if (tasks === 5) await network.restartPrincipal();
    }
    expect(statuses).toEqual(new Set(["failed"])); // their modules are none
    expect(gateway.openTasks).toBe(0);
  },
  4 * TIMEOUT,
);
