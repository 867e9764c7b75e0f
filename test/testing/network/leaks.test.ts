/** The search for secrets: it finds them wherever a host could have left them, in any form, and nothing else. */

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test as pure } from "vitest";
import { GossipListener } from "../../../host/testing/gossip-listener.ts";
import { type NetworkBed, networkTest, type UntypedTestContract } from "../../../host/testing/index.ts";
import { secretForms } from "../../../host/testing/leaks/secret-forms.ts";
import { leaksOf } from "../../../host/testing/matchers/leak-matcher.ts";

const SECRET = 0x5ec4e7_0ff1ce_c0ffee_bead5n;
const TEXT = 'the "secret" of Zoë\n';

describe("forms of a secret", () => {
  const number = Buffer.from("5ec4e70ff1cec0ffeebead5".padStart(24, "0"), "hex");
  const utf8 = Buffer.from(TEXT, "utf8");
  const found = (secret: bigint | string | Uint8Array, text: Buffer | string) =>
    leaksOf(secret, [{ place: "here", bytes: Buffer.from(text) }]).length > 0;

  pure.each([
    ["a word, big-endian", Buffer.concat([Buffer.alloc(20), number])],
    ["a word, little-endian", Buffer.concat([Buffer.from(number).reverse(), Buffer.alloc(20)])],
    ["a quantity of JSON-RPC", `"0x${SECRET.toString(16)}"`],
    ["hex in capitals", SECRET.toString(16).toUpperCase()],
    ["decimal digits", `{"amount":"${SECRET}"}`],
    ["decimal digits backwards", [...SECRET.toString()].reverse().join("")],
    ["decimal digits in UTF-16", Buffer.from(SECRET.toString(), "utf16le")],
    ["base64 anywhere in other bytes", Buffer.concat([Buffer.from("x"), number, Buffer.from("yz")]).toString("base64")],
    ["base64url", Buffer.concat([Buffer.from("xy"), number]).toString("base64url")],
  ])("a number is found as %s", (_, text) => expect(found(SECRET, text)).toBe(true));

  pure.each([
    ["UTF-8", utf8],
    ["UTF-16LE", Buffer.from(TEXT, "utf16le")],
    ["UTF-16BE", Buffer.from(TEXT, "utf16le").swap16()],
    ["JSON", JSON.stringify({ text: TEXT })],
    ["part of a URL", encodeURIComponent(TEXT)],
    ["hex", `0x${utf8.toString("hex")}`],
    ["base64", utf8.toString("base64")],
    ["reversed bytes", Buffer.from(utf8).reverse()],
    ["reversed characters", [...TEXT].reverse().join("")],
  ])("a text is found as %s", (_, text) => expect(found(TEXT, text)).toBe(true));

  pure("bytes are found wherever they stand, in base64 at every alignment", () => {
    const some = fc.uint8Array({ maxLength: 40 });
    fc.assert(
      fc.property(some, fc.uint8Array({ minLength: 9, maxLength: 64 }), some, (before, secret, after) => {
        const text = Buffer.concat([before, secret, after]);
        const forms = [text, text.toString("hex"), text.toString("base64"), text.toString("base64url")];
        expect(forms.every((form) => found(secret, form))).toBe(true);
      }),
    );
  });

  pure("secrets that stand anywhere by chance are refused", () => {
    expect(() => secretForms(0xffffn)).toThrow(RangeError);
    expect(() => secretForms("short")).toThrow(RangeError);
    expect(() => secretForms(-(2n ** 80n))).toThrow(RangeError);
  });
});

const test = networkTest(async (network) => {
  const counter = (await network.deploy("counter", [5n])) as unknown as UntypedTestContract;
  return { counter };
});

test("what a call's arguments and results say is nowhere", async ({ network, contracts }) => {
  const secret = 0x5ec4e70ff1ce5n;
  await contracts.counter.getFunction("increment")(secret);
  expect(await contracts.counter.getFunction("value")()).toBe(secret + 5n);
  await expect(network).not.toLeak(secret);
  await expect(network).not.toLeak(secret + 5n);
});

/** Each place where a host can leave something, with the way by which it comes there. */
const PLACES: readonly [place: string, plant: (network: NetworkBed, secret: bigint) => Promise<void>][] = [
  [
    "worker-1/cache/leak.bin",
    async ({ test: { folder } }, secret) => {
      await mkdir(join(folder, "worker-1", "cache"));
      await writeFile(join(folder, "worker-1", "cache", "leak.bin"), word(secret));
    },
  ],
  ["log", async ({ test: { log } }, secret) => log.info("task-taken", { amount: secret.toString() })],
  [
    "events",
    async ({ test: { events } }, secret) => {
      const epoch = { kind: "epoch-set", epoch: secret, workers: [], node: "0x00", at: 0 };
      events.observe(epoch as unknown as Parameters<typeof events.observe>[0]);
    },
  ],
  [
    "network",
    async ({ test: { local } }, secret) => {
      const body = JSON.stringify({
        jsonrpc: "2.0",
        id: 1,
        method: "enigma_unknown",
        params: { secret: `0x${secret.toString(16)}` },
      });
      await fetch(local.workers[0]?.url ?? "", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
    },
  ],
  [
    "peers",
    async ({ test: { local } }, secret) => {
      const [, worker] = local.workers;
      // Whom it asks for open tasks after this id it tells the id.
      const listener = await GossipListener.join(local);
      await listener.ask(worker?.p2pAddresses[0] ?? "", word(secret));
      await listener.leave();
    },
  ],
  [
    "Ethereum",
    async ({ accounts: { bob } }, secret) => {
      const data = `0x${word(secret).toString("hex")}`;
      await (await bob.signer.sendTransaction({ to: bob.address, data })).wait();
    },
  ],
];

function word(secret: bigint): Buffer {
  return Buffer.from(secret.toString(16).padStart(64, "0"), "hex");
}

for (const [index, [place, plant]] of PLACES.entries()) {
  test(`a secret that was left in ${place} is found there`, async ({ network }) => {
    const secret = SECRET + BigInt(index) * 2n ** 60n;
    await expect(network).not.toLeak(secret);
    await plant(network, secret);
    const leaks = leaksOf(secret, await network.traces());
    expect(leaks.some((leak) => leak.endsWith(` in ${place}`))).toBe(true);
    await expect(network).toLeak(secret);
    await expect(expect(network).not.toLeak(secret)).rejects.toThrow(place);
  });
}
