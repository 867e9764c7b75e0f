import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import { getBytes, keccak256, SigningKey } from "ethers";
import type { HostPrices } from "../../../enclave-wasm/runtime/engine/host-functions.ts";
import type { Kernel } from "./kernel.ts";

/** Where host functions leave their results, and where arguments lie. */
const AREA = "(i32.const 96)";
const WORD = "(i32.const 1024) (i32.const 32)";
const OTHER_WORD = "(i32.const 1056) (i32.const 32)";
const ADDRESS = "(i32.const 1024) (i32.const 20)";
const NONE = "(i32.const 1024) (i32.const 0)";
const SIGNED_HASH = 16_384;
const SIGNATURE = 16_416;
const ED_KEY = 16_512;
const ED_SIGNATURE = 16_544;
/** Results go behind the first 20 pages; what is sealed is opened from there, so the opened goes elsewhere. */
const SEALED = 20 * 65_536;
const ELSEWHERE = 30 * 65_536;

const large = (bytes: number) => `(i32.const 65536) (i32.const ${bytes})`;

function call(name: string, args: string, options: Partial<Kernel> & { size?: string } = {}): Kernel {
  const { size, ...kernel } = options;
  const title = size === undefined ? name : `${name}, ${size}`;
  return {
    title,
    group: "host calls",
    turn: `(call $${name} ${args})`,
    copies: 1,
    turns: 400,
    imports: [name],
    ...kernel,
  };
}

const store = (bytes: number) => `(call $storage-set ${WORD} ${large(bytes)})`;
const seal = (
  bytes: number,
) => `(global.set $heap (i32.const ${SEALED})) (call $aead-seal ${WORD} ${NONE} ${large(bytes)} ${AREA})
  (global.set $heap (i32.const ${ELSEWHERE}))`;
const few = { turns: 12 };

/** Every host call that an engine passes on, small and large. */
export const HOST_KERNELS: readonly Kernel[] = [
  ...["sender", "self-address", "task-id"].map((name) => call(name, AREA)),
  ...["epoch", "block-number", "block-timestamp", "gas-left"].map((name) =>
    call(name, "", { turn: `(drop (call $${name}))` }),
  ),
  call("storage-get", `${WORD} ${AREA}`, { size: "absent" }),
  call("storage-get", `${WORD} ${AREA}`, {
    size: "64 KiB",
    before: store(65_536),
    imports: ["storage-get", "storage-set"],
    turns: 60,
  }),
  call("storage-set", `${WORD} ${WORD}`, { size: "32 bytes" }),
  call("storage-set", `${WORD} ${large(65_536)}`, { size: "64 KiB", turns: 60 }),
  call("storage-remove", WORD),
  call("storage-next-key", `${WORD} ${AREA}`),
  call("random", `(i32.const 32) ${AREA}`, { size: "32 bytes" }),
  call("random", `(i32.const 65536) ${AREA}`, { size: "64 KiB", turns: 40 }),
  ...["keccak256", "sha256"].flatMap((name) => [
    call(name, `${WORD} ${AREA}`, { size: "32 bytes" }),
    call(name, `${large(65_536)} ${AREA}`, { size: "64 KiB", ...few }),
  ]),
  call(
    "secp256k1-recover",
    `(i32.const ${SIGNED_HASH}) (i32.const 32) (i32.const ${SIGNATURE}) (i32.const 65) ${AREA}`,
    few,
  ),
  call("ed25519-verify", "", {
    ...few,
    turn: `(drop (call $ed25519-verify (i32.const ${ED_KEY}) (i32.const 32) ${WORD} (i32.const ${ED_SIGNATURE}) (i32.const 64)))`,
  }),
  call("aead-seal", `${WORD} ${NONE} ${WORD} ${AREA}`, { size: "32 bytes", turns: 100 }),
  call("aead-seal", `${WORD} ${NONE} ${large(65_536)} ${AREA}`, { size: "64 KiB", ...few }),
  call("aead-open", `${WORD} ${NONE} (i32.const ${SEALED}) (i32.const 72) ${AREA}`, {
    size: "32 bytes",
    before: seal(32),
    imports: ["aead-seal", "aead-open"],
    turns: 100,
  }),
  call("aead-open", `${WORD} ${NONE} (i32.const ${SEALED}) (i32.const 65576) ${AREA}`, {
    size: "64 KiB",
    before: seal(65_536),
    imports: ["aead-seal", "aead-open"],
    ...few,
  }),
  call("x25519-public-key", `${WORD} ${AREA}`, few),
  call("x25519-shared-secret", `${WORD} ${OTHER_WORD} ${AREA}`, few),
  call("call-ethereum", `(i32.const 1) ${ADDRESS} ${WORD} ${WORD}`, { size: "32 bytes", turns: 30 }),
  call("emit-event", `${WORD} ${WORD}`, { size: "32 bytes", turns: 30 }),
  call("emit-event", `${NONE} ${large(2_000)}`, { size: "2,000 bytes", turns: 30 }),
  call("emit-private-event", `${OTHER_WORD} ${WORD}`, { size: "32 bytes", turns: 20 }),
  call("debug-log", WORD, { turns: 60 }),
];

/** The imports of these kernels, by the interface that the metering package writes. */
export function importsText(prices: HostPrices): string {
  const names = new Set(HOST_KERNELS.flatMap(({ imports = [] }) => imports));
  const lines = [...names].map((name) => {
    const price = prices.functions[name];
    if (price === undefined) throw new Error(`no host function ${name}`);
    const params = price.params.map(({ kind }) => (kind === "bytes" ? "i32 i32" : kind === "u64" ? "i64" : "i32"));
    if (price.result.endsWith("bytes")) params.push("i32");
    const result = { u32: "(result i32)", u64: "(result i64)" }[price.result as string] ?? "";
    return `(import "enigma:contract/host@0.1.0" "${name}" (func $${name} (param ${params.join(" ")}) ${result}))`;
  });
  return lines.join("\n");
}

/** The arguments that host functions do most with: signatures that are good. */
export function argumentsText(): string {
  const word = new Uint8Array(32).fill(0x5a);
  const point = getBytes(`0x${"09".padEnd(64, "0")}`);
  const hash = getBytes(keccak256(word));
  const signature = new SigningKey(`0x${"07".repeat(32)}`).sign(hash);
  const recoverable = Uint8Array.of(...getBytes(signature.r), ...getBytes(signature.s), signature.yParity);
  const seed = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), word]);
  const key = createPrivateKey({ key: seed, format: "der", type: "pkcs8" });
  const publicKey = createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-32);
  const data = (at: number, bytes: Uint8Array) =>
    `(data (i32.const ${at}) "${[...bytes].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("")}")`;
  return [
    data(1_024, word),
    data(1_056, point),
    data(SIGNED_HASH, hash),
    data(SIGNATURE, recoverable),
    data(ED_KEY, publicKey),
    data(ED_SIGNATURE, sign(null, word, key)),
  ].join("\n");
}
