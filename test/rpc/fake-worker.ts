/** A worker with made-up answers, to test the server around it. */

import { systemClock } from "../../host/protocol/clock.ts";
import { EnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import { type Address, address, type Hash, hash, toHex } from "../../host/protocol/hex.ts";
import { silentLogger } from "../../host/protocol/logger.ts";
import type { SendTaskParams } from "../../host/protocol/rpc-types.ts";
import type { TaskUpdate } from "../../host/protocol/task-status.ts";
import type { ViewParams } from "../../host/protocol/view-rpc-types.ts";
import { RpcServer } from "../../host/rpc/rpc-server.ts";
import type { TaskFeed, TaskFilter } from "../../host/rpc/task-feed.ts";
import { type WorkerApi, workerMethods } from "../../host/rpc/worker-methods.ts";

export const h = (byte: number): Hash => hash(toHex(new Uint8Array(32).fill(byte)));
export const a = (byte: number): Address => address(toHex(new Uint8Array(20).fill(byte)));

export const sent: SendTaskParams = {
  record: {
    sender: a(1),
    nonce: 2n ** 255n,
    kind: 2,
    secretContract: a(2),
    codeHash: h(3),
    inputHash: h(4),
    touchesHash: h(0),
    gasLimit: 500_000n,
    gasPrice: 1n,
    callGasLimit: 0n,
    blockNumber: 7n,
    timestamp: 8n,
    parentHash: h(9),
    epoch: 1n,
    rules: 1,
  },
  input: new Uint8Array([1, 2]),
  userKey: new Uint8Array(32),
  module: null,
};
export const update: TaskUpdate = { taskId: h(1), status: "running", worker: a(5), transactionHash: null };
export const view: ViewParams = {
  account: a(1),
  secretContract: a(2),
  epoch: 1n,
  input: new Uint8Array([1, 2]),
  responseKey: new Uint8Array(32).fill(7),
  expiryBlock: 2n ** 64n - 1n,
  requestId: h(8),
  permit: new Uint8Array(65),
};

export class FakeWorker implements WorkerApi, TaskFeed {
  readonly received: SendTaskParams[] = [];
  readonly viewed: ViewParams[] = [];
  readonly subscribers = new Set<{ filter: TaskFilter; listener: (update: TaskUpdate) => void }>();
  info: WorkerApi["info"] = () => ({
    version: "0.1.0",
    chainId: 31337n,
    enigma: a(1),
    worker: a(5),
    signer: a(6),
    mrEnclave: h(7),
    debug: true,
    epoch: 1n,
    principalSigner: a(8),
    peers: 1,
    simulated: true,
  });
  contractKey: WorkerApi["contractKey"] = async ({ secretContract, codeHash, group, epoch }) => ({
    secretContract,
    codeHash: codeHash ?? h(3),
    group: group ?? secretContract,
    epoch: epoch ?? 1n,
    publicKey: new Uint8Array(32),
    signature: new Uint8Array(65),
  });
  sendTask: WorkerApi["sendTask"] = async (params) => {
    this.received.push(params);
    return { taskId: h(1), worker: a(5) };
  };
  taskStatus: WorkerApi["taskStatus"] = async (taskId) => {
    if (taskId !== h(1)) throw new EnigmaError("task-unknown", { data: { taskId } });
    return update;
  };
  taskResult: WorkerApi["taskResult"] = async (taskId) => ({
    taskId,
    status: "committed",
    receipt: {
      taskId,
      recordHash: h(2),
      epoch: 1n,
      moves: [{ secretContract: a(2), stateBefore: h(0), stateAfter: h(4) }],
      outputHash: h(5),
      gasUsed: 12_345n,
      effectsHash: h(0),
      status: 1,
    },
    signature: new Uint8Array(65),
    output: new Uint8Array(104),
    transactionHash: h(6),
    blockNumber: 9n,
  });
  code: WorkerApi["code"] = async () => new Uint8Array([0, 97, 115, 109]);
  view: WorkerApi["view"] = async (params) => {
    this.viewed.push(params);
    const { requestId } = params;
    return {
      ...{ requestId, output: new Uint8Array(104), tip: h(4), blockNumber: 9n, worker: a(5) },
      signature: new Uint8Array(65),
    };
  };
  attestation: WorkerApi["attestation"] = async () => ({
    ...{ quote: new Uint8Array([1]), collateral: new Uint8Array([2]) },
    ...{ signer: a(3), encryptionKey: new Uint8Array(32), role: "worker" },
  });
  subscribe(filter: TaskFilter, listener: (update: TaskUpdate) => void): () => void {
    const subscriber = { filter, listener };
    this.subscribers.add(subscriber);
    listener(update);
    return () => this.subscribers.delete(subscriber);
  }
}

/** Serves a fake worker at a free port. */
export function serve(worker: FakeWorker): Promise<RpcServer> {
  const info = { title: "Test worker", version: "0.1.0", description: "A worker with made-up answers." };
  return RpcServer.start({
    binding: { port: 0, hosts: ["worker-1"], origins: ["https://dapp.example"] },
    info,
    methods: workerMethods(worker),
    feed: worker,
    clock: systemClock,
    log: silentLogger,
  });
}
