/** What a replay says where the enclave finds a difference, or refuses to execute what no enclave of a worker signed. */
import { computeAddress, SigningKey } from "ethers";
import { describe, expect, it } from "vitest";
import type { EnclaveSupply } from "../../host/auditor/enclave-supply.ts";
import type { EthereumHistory, ExecutedOnEthereum } from "../../host/auditor/ethereum-history.ts";
import { TaskReplayer } from "../../host/auditor/task-replayer.ts";
import type { WorkerArchive } from "../../host/auditor/worker-archive.ts";
import type { AuditorEnclave, Difference } from "../../host/enclave/enclave-client.ts";
import type { EnigmaContract } from "../../host/ethereum/enigma-contract.ts";
import { EnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import { fromHex } from "../../host/protocol/hex.ts";
import { type Receipt, receiptDigest } from "../../host/protocol/receipt.ts";
import { a, h, sent } from "../rpc/fake-worker.ts";

const DOMAIN = { chainId: 31_337n, enigma: a(0xe1) };
const STRANGER = new SigningKey(h(7));

const receipt: Receipt = {
  ...{ taskId: h(1), recordHash: h(2), epoch: 1n, outputHash: h(5), gasUsed: 12_345n, effectsHash: h(0), status: 2 },
  moves: [{ secretContract: a(2), stateBefore: h(0), stateAfter: h(0) }],
};

const task: ExecutedOnEthereum = {
  ...{ taskId: h(1), record: sent.record, touches: [], posted: undefined, outcome: 2, receipt },
  signature: fromHex(STRANGER.sign(receiptDigest(DOMAIN, receipt)).serialized),
  ...{ transactionHash: h(6), blockNumber: 9n },
};

/** A replayer whose enclave answers so, with a worker whose log is missing. */
function replayerWith(replayTask: AuditorEnclave["replayTask"], logged = true): TaskReplayer {
  const log = async () => {
    if (logged) return [];
    throw new EnigmaError("log-cut");
  };
  return new TaskReplayer({
    enclave: { replayTask } as AuditorEnclave,
    supply: { ensureKeys: async () => {}, ensureModule: async () => {} } as unknown as EnclaveSupply,
    archive: { input: async () => sent, output: async () => null, log } as unknown as WorkerArchive,
    history: {} as EthereumHistory,
    contract: {
      domain: DOMAIN,
      contractInfo: async () => ({ codeHash: h(3), group: a(2), rules: 1 }),
    } as unknown as EnigmaContract,
  });
}

describe("a replay that differs", () => {
  it.each<[Difference, string, string, number]>([
    [{ field: "moves", expected: fromHex(h(1)), actual: fromHex(h(2)) }, h(1), h(2), 0],
    [
      { field: "gasUsed", expected: fromHex("0x0000000000003039"), actual: fromHex("0x000000000000303a") },
      "12345",
      "12346",
      2,
    ],
    [{ field: "status", expected: fromHex("0x02"), actual: fromHex("0x01") }, "2", "1", 4],
    [{ field: "output", expected: fromHex(h(3)), actual: fromHex(h(4)) }, h(3), h(4), 6],
  ])("names the first field, and what was equal before it: %#", async (difference, expected, actual, equal) => {
    const replay = await replayerWith(async () => difference).replay(task);
    expect(replay).toMatchObject({ verdict: "different", difference: { field: difference.field, expected, actual } });
    expect(replay.compared).toHaveLength(equal);
  });
});

describe("a receipt that no enclave of a worker signed", () => {
  const refusing: AuditorEnclave["replayTask"] = async () => {
    throw new EnigmaError("receipt-not-of-a-worker");
  };
  const signer = computeAddress(STRANGER).toLowerCase();

  it.each([true, false])("is told with its signer, whether there is a log for it (%s) or not", async (logged) => {
    const replay = await replayerWith(refusing, logged).replay(task);
    expect(replay).toMatchObject({ verdict: "different", difference: { field: "signature" } });
    expect(replay.difference?.actual).toBe(signer);
  });

  it("is not made of a log that is only missing", async () => {
    const replaying = replayerWith(async () => undefined, false).replay(task);
    await expect(replaying).rejects.toMatchObject({ code: "log-cut" });
  });
});
