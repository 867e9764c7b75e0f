import { Interface } from "ethers";
import { describe, expect, it } from "vitest";
import { EnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import { clientFixture, codeOf } from "./client-fixture.ts";
import type { AnswerJson } from "./fake-gateway.ts";
import { wealthAbi } from "./wealth-abi.ts";

const _abi = new Interface(wealthAbi);
const fixture = clientFixture();

describe("a gateway that lies", () => {
  it("cannot pass off another contract key", async () => {
    const contract = await fixture.deployed();
    const tampering = (change: (key: Record<string, string>) => object) => {
      fixture.gateway.tampering = { enigma_getContractKey: change };
      return fixture.connect().then((client) => codeOf(client.contract(contract.address, wealthAbi).addMillionaire(1)));
    };
    const other = `0x${"11".repeat(32)}`;
    expect(await tampering((key) => ({ ...key, publicKey: other }))).toBe("certificate-signer");
    expect(await tampering((key) => ({ ...key, epoch: "77" }))).toBe("certificate-signer");
    expect(await tampering((key) => ({ ...key, codeHash: other }))).toBe("certificate-mismatch");
    expect(await tampering((key) => ({ ...key, secretContract: `0x${"22".repeat(20)}` }))).toBe("certificate-mismatch");
    expect(await tampering((key) => ({ ...key, signature: `0x${"00".repeat(65)}` }))).toBe("signature-malformed");
  });

  it("cannot pass off another result", async () => {
    const contract = await fixture.deployed();
    const tampering = async (change: (result: AnswerJson) => object) => {
      fixture.gateway.tampering = { enigma_getTaskResult: change };
      return codeOf((await contract.addMillionaire(1)).wait());
    };
    const flip = (hex: string) => `${hex.slice(0, -1)}${hex.endsWith("0") ? "1" : "0"}`;
    expect(await tampering((result) => ({ ...result, output: flip(result.output) }))).toBe("result-mismatch");
    expect(await tampering((result) => ({ ...result, status: "failed" }))).toBe("result-mismatch");
    expect(await tampering((result) => ({ ...result, status: "refunded" }))).toBe("result-mismatch");
    expect(await tampering((result) => ({ ...result, receipt: null }))).toBe("result-mismatch");
    const receipt = (change: object) => (result: AnswerJson) => ({
      ...result,
      receipt: { ...result.receipt, ...change },
    });
    expect(await tampering(receipt({ gasUsed: "1" }))).toBe("result-mismatch");
    expect(await tampering(receipt({ taskId: `0x${"33".repeat(32)}` }))).toBe("result-mismatch");
    expect(await tampering(receipt({ recordHash: `0x${"33".repeat(32)}` }))).toBe("result-mismatch");
  });
});

describe("waiting", () => {
  it("asks for the status when the event stream was away", async () => {
    const contract = await fixture.deployed();
    fixture.gateway.silent = true;
    const task = await contract.addMillionaire(1);
    const streams = fixture.gateway.streams;
    const receipt = task.wait();
    const drop = setInterval(() => fixture.gateway.dropStreams(), 20);
    expect((await receipt.finally(() => clearInterval(drop))).status).toBe("committed");
    expect(fixture.gateway.streams).toBeGreaterThan(streams);
  });

  it("ends with a timeout if the caller wants one", async () => {
    const contract = await fixture.deployed();
    fixture.gateway.silent = true;
    const task = await contract.addMillionaire(1);
    expect(await codeOf(task.wait({ timeout: 1 }))).toBe("task-timeout");
  });

  it("ends when the client is closed", async () => {
    const contract = await fixture.deployed();
    fixture.gateway.idle = true;
    const task = await contract.addMillionaire(1);
    const code = codeOf(task.wait());
    fixture.enigma.close();
    expect(await code).toBe("client-closed");
  });

  it("outlasts a gateway that is away when the task is to be sent", async () => {
    const contract = await fixture.deployed();
    let refused = 0;
    const unstable: typeof fetch = async (url, init) => {
      const sends = String(init?.body).includes("enigma_sendTask");
      if (sends && refused++ < 3) throw new TypeError("fetch failed");
      return fetch(url, init);
    };
    const client = await fixture.connect({ fetch: unstable });
    const task = await client.contract(contract.address, wealthAbi).addMillionaire(1);
    expect((await task.wait()).status).toBe("committed");
    expect(refused).toBe(4);
  });

  it("does not go on for a task that the gateway refuses", async () => {
    const contract = await fixture.deployed();
    fixture.gateway.tampering = {
      enigma_sendTask: () => {
        throw EnigmaError.received({ code: "epoch-not-current", sentence: "It is over." });
      },
    };
    expect(await codeOf(contract.addMillionaire(1))).toBe("epoch-not-current");
  });

  it("shares one stream between the tasks of a client", async () => {
    const contract = await fixture.deployed();
    const streams = fixture.gateway.streams;
    const tasks = await Promise.all([1, 2, 3].map((worth) => contract.addMillionaire(worth)));
    await Promise.all(tasks.map((task) => task.wait()));
    expect(fixture.gateway.streams).toBeLessThanOrEqual(streams + 1);
  });
});
