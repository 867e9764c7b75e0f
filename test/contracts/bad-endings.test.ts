import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { getBytes, Interface } from "ethers";
import { describe, expect, it } from "vitest";
import { builtModule, customSection } from "./built-module.ts";
import { meteredContract } from "./metered-contract.ts";
import { referenceHost } from "./reference-host.ts";

const RECORD = fileURLToPath(new URL("../vectors/contracts/probe.json", import.meta.url));
const { task } = JSON.parse(readFileSync(RECORD, "utf8"));
const abi = new Interface(JSON.parse(Buffer.from(customSection(builtModule("probe"), "enigma-abi")).toString("utf8")));
const probe = meteredContract("probe");

async function call(name: string, ...values: unknown[]) {
  const host = await referenceHost(task, new Map(), []);
  return probe("call", getBytes(abi.encodeFunctionData(name, values)), 50_000_000n, host);
}

describe("a contract that misbehaves", () => {
  it("runs out of gas where it never ends", async () => {
    expect(await call("loopForever")).toEqual({ kind: "out-of-gas", gasUsed: 50_000_000n });
  });

  it("overflows the stack where it calls itself without end", async () => {
    expect((await call("recurse", 100_000_000n)).kind).toBe("stack-overflow");
  });

  it("overflows the stack where its frames fill the memory of the stack", async () => {
    expect((await call("recurseWithMemory", 100_000_000n)).kind).toBe("stack-overflow");
  });

  it("runs out of memory where it takes ever more", async () => {
    expect((await call("exhaustMemory")).kind).toBe("out-of-memory");
  });

  it("may use 200 pages of memory", async () => {
    const outcome = await call("useMemory", 200);
    expect(outcome).toMatchObject({ kind: "returned", data: getBytes(`0x${(200).toString(16).padStart(64, "0")}`) });
  });

  it("traps where it asks the host for more than the interface allows", async () => {
    const refused = { kind: "trapped", trap: "host-argument" };
    expect(await call("storeLarge", 70_000)).toMatchObject(refused);
    expect(await call("randomBytes", 65_537)).toMatchObject(refused);
  });
});
