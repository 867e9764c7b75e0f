// A view from the client's call to its verified and decoded answer, and what its parts take.

import { Wallet } from "ethers";
import { EIP712_NAME, EIP712_VERSION } from "../../host/protocol/eip712-domain.ts";
import { address, hash, toHex, ZERO_HASH } from "../../host/protocol/hex.ts";
import { recoverSigner } from "../../host/protocol/recover-signer.ts";
import { VIEW_PERMIT_FIELDS } from "../../host/protocol/view-permit.ts";
import { EnclaveNetwork } from "../../test/enclave/enclave-network.ts";
import { builtContract, SecretUser } from "../../test/enclave/secret-user.ts";
import { deploySample } from "./bench-contract.ts";
import { BenchNetwork } from "./bench-network.ts";
import { type BenchUser, benchUsers } from "./bench-user.ts";
import { now } from "./milliseconds.ts";
import { time } from "./statistics.ts";
import type { Suite, SuiteOptions } from "./suite.ts";
import { viewReport } from "./view-report.ts";

const WARM_UP = 60;
const VIEWS = 200;
const EPOCH = 1n;
const CONTRACT = address(`0x${"1e".repeat(20)}`);

/** Milliseconds of each repetition. */
export interface ViewFigures {
  /** `contract.view.richest()` where the gateway is the selected worker. */
  readonly direct: readonly number[];
  /** The same through another worker. */
  readonly passedOn: readonly number[];
  /** Within the direct ones: the request `enigma_view`, from its sending to its answer. */
  readonly request: readonly number[];
  /** Within that: what the worker counted, in whole milliseconds. */
  readonly worker: readonly number[];
  /** The enclave's ecall alone: permit checked, run, answer signed. */
  readonly ecall: readonly number[];
  /** A JSON-RPC call that needs nothing but the worker's memory. */
  readonly bareWorker: readonly number[];
  /** The same of the Ethereum endpoint. */
  readonly bareEthereum: readonly number[];
  /** The client's signature of the permit, by ethers; and the recovery of the answer's signer. */
  readonly permit: readonly number[];
  readonly recovery: readonly number[];
}

/** `view`: a view's latency, whole and in parts, beside bare JSON-RPC calls. */
export const viewSuite: Suite = async (options) => {
  options.progress("the enclave alone");
  const ecall = await enclaveViews();
  options.progress("starting the network");
  const network = await BenchNetwork.start(options.signal);
  try {
    const users = await benchUsers(network.ready, network.ready.workers.length);
    try {
      return viewReport({ ecall, ...(await measure(network, users, options)) });
    } finally {
      for (const { enigma } of users) enigma.close();
    }
  } finally {
    await network.stop();
  }
};

async function measure(network: BenchNetwork, users: readonly BenchUser[], { progress, signal }: SuiteOptions) {
  const [first] = users as [BenchUser];
  const deployed = await deploySample(first, "millionaires");
  const task = await deployed.getFunction("addMillionaire")(1n);
  const { worker } = await task.wait();
  const selected = users.find(({ gateway }) => gateway.toLowerCase() === worker?.toLowerCase()) as BenchUser;
  const other = users.find((user) => user !== selected) as BenchUser;
  const { abi } = builtContract("millionaires");
  const viewOf = ({ enigma }: BenchUser) => enigma.contract(deployed.address, abi.formatJson()).getView("richest");
  const [direct, passedOn] = [viewOf(selected), viewOf(other)];
  await time(WARM_UP, () => direct());
  await time(WARM_UP, () => passedOn());
  await network.news();
  const series = { direct: [] as number[], passedOn: [] as number[], request: [] as number[] };
  const bare = { bareWorker: [] as number[], bareEthereum: [] as number[] };
  const { url } = network.ready.workers.find(({ address: each }) => each === selected.gateway) as { url: string };
  const worked: number[] = [];
  // In turns, so that whatever else the machine does meets all of them.
  for (let count = 0; count < VIEWS; count++) {
    signal.throwIfAborted();
    if (count % 20 === 0) progress(`${count} of ${VIEWS}`);
    series.direct.push(await timed(() => direct()));
    const request = selected.requests.get("enigma_view");
    if (request !== undefined) series.request.push(request.end - request.start);
    worked.push(...(await network.news()).views.map(({ milliseconds }) => milliseconds));
    bare.bareWorker.push(await timed(() => post(url, "enigma_getInfo")));
    bare.bareEthereum.push(await timed(() => post(network.ready.chainUrl, "eth_blockNumber")));
    series.passedOn.push(await timed(() => passedOn()));
    await network.news();
  }
  return { ...series, ...bare, worker: worked, ...(await signatures()) };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = now();
  await work();
  return now() - start;
}

async function post(url: string, method: string): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: method.startsWith("eth_") ? [] : {} });
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  return response.json();
}

/** The cryptography of the client that takes longest. */
async function signatures() {
  const wallet = Wallet.createRandom();
  const domain = { name: EIP712_NAME, version: EIP712_VERSION, chainId: 31_337n, verifyingContract: CONTRACT };
  const permit = {
    ...{ account: wallet.address, secretContract: CONTRACT, inputHash: ZERO_HASH },
    ...{ epoch: EPOCH, expiryBlock: 9n, requestId: ZERO_HASH },
  };
  const sign = () => wallet.signTypedData(domain, { ViewPermit: [...VIEW_PERMIT_FIELDS] }, permit);
  const digest = hash(toHex(new Uint8Array(32).fill(7)));
  const signature = wallet.signingKey.sign(digest).serialized;
  const bytes = new Uint8Array(Buffer.from(signature.slice(2), "hex"));
  return {
    permit: await time(VIEWS, sign, WARM_UP),
    recovery: await time(VIEWS, () => recoverSigner(digest, bytes), WARM_UP),
  };
}

/** The ecall of an enclave in a process of its own, without a worker around it. */
async function enclaveViews(): Promise<number[]> {
  const network = await EnclaveNetwork.start();
  try {
    const { module, abi } = builtContract("millionaires");
    const worker = await network.worker("views");
    await network.select(worker, EPOCH);
    const user = await SecretUser.of(network.principal, CONTRACT, module, EPOCH);
    await network.grantKeys(worker, CONTRACT, user.codeHash, EPOCH);
    await worker.loadModule({ module, rules: 1 });
    const tasks = [user.deploy(), user.call(abi, "addMillionaire", [1n])];
    await worker.executeTasks({ epoch: EPOCH, tasks });
    await worker.settle({ group: user.group, taskId: tasks[1]?.taskId ?? ZERO_HASH, committed: true });
    const wallet = Wallet.createRandom() as unknown as Wallet;
    const series: number[] = [];
    for (let count = -WARM_UP; count < VIEWS; count++) {
      const { request } = user.view(abi, "richest", [], wallet);
      const start = performance.now();
      await worker.view(request);
      if (count >= 0) series.push(performance.now() - start);
    }
    return series;
  } finally {
    await network.close();
  }
}
