/** Vectors of what stands inside ciphertexts: deltas, checkpoints and endings. */
import { AbiCoder, Interface } from "ethers";
import { bigEndian, bytesOf, hexOf, sampleHex, type Vector } from "./sample-values.ts";

interface Change {
  readonly key: string;
  /** Null where the key is removed. */
  readonly value: string | null;
}

export function deltaVectors(): Vector[] {
  const changes: Readonly<Record<string, readonly Change[]>> = {
    "no change": [],
    "one value": [{ key: "0x01", value: "0xaabb" }],
    "an empty value is not an absence": [
      { key: "0x01", value: "0x" },
      { key: "0x02", value: null },
    ],
    "an empty key": [{ key: "0x", value: "0x00" }],
    "bytewise order: a prefix comes first, 0x80 after 0x7f": [
      { key: "0x01", value: "0x01" },
      { key: "0x0100", value: "0x02" },
      { key: "0x7f", value: null },
      { key: "0x80", value: "0x03" },
    ],
    "the longest key": [{ key: sampleHex("delta/key", 1024), value: sampleHex("delta/value", 300) }],
  };
  return Object.entries(changes).map(([name, list]) => ({ name, changes: list, expected: hexOf(encodeDelta(list)) }));
}

function encodeDelta(changes: readonly Change[]): Uint8Array {
  const parts = changes.flatMap(({ key, value }) => [
    ...sized(key),
    Uint8Array.of(value === null ? 0 : 1),
    ...(value === null ? [] : sized(value)),
  ]);
  return Buffer.concat([bigEndian(BigInt(changes.length), 4), ...parts]);
}

function sized(hex: string): Uint8Array[] {
  const bytes = bytesOf(hex);
  return [bigEndian(BigInt(bytes.length), 4), bytes];
}

export function endingVectors(): Vector[] {
  const errors = new Interface([
    "error Error(string)",
    "error Panic(uint256)",
    "error TooPoor(address who, uint256 worth)",
  ]);
  const result = AbiCoder.defaultAbiCoder().encode(["uint256"], [42]);
  const custom = errors.encodeErrorResult("TooPoor", [sampleHex("poor", 20), 5]);
  const traps = [
    "unreachable",
    "memory-out-of-bounds",
    "divide-by-zero",
    "integer-overflow",
    "table-out-of-bounds",
    "indirect-call-mismatch",
    "host-argument",
    "host-reentry",
    "view-effect",
    "too-many-effects",
  ];
  return [
    { name: "a result", ending: { name: "returned", result }, expected: `0x00${result.slice(2)}` },
    { name: "no result", ending: { name: "returned", result: "0x" }, expected: "0x00" },
    { name: "a custom error", ending: { name: "reverted", data: custom }, expected: `0x01${custom.slice(2)}` },
    {
      name: "a panic",
      ending: { name: "panicked", message: "é out of range" },
      expected: `0x02${hexText("é out of range")}`,
    },
    { name: "out of gas", ending: { name: "out-of-gas" }, expected: "0x03" },
    { name: "out of memory", ending: { name: "out-of-memory" }, expected: "0x04" },
    { name: "stack overflow", ending: { name: "stack-overflow" }, expected: "0x05" },
    ...traps.map((trap, index) => ({
      name: `trap: ${trap}`,
      ending: { name: "trapped", trap },
      expected: hexOf(Uint8Array.of(6, index + 1)),
    })),
    { name: "bad ciphertext", ending: { name: "bad-ciphertext" }, expected: "0x07" },
    {
      name: "module refused",
      ending: { name: "module-refused", rule: "module-start" },
      expected: `0x08${hexText("module-start")}`,
    },
    ...["undeclared", "reentry", "depth", "view"].map((reason) => ({
      name: `call refused: ${reason}`,
      ending: { name: "call-refused", reason },
      expected: `0x0a${hexText(reason)}`,
    })),
  ];
}

function hexText(text: string): string {
  return Buffer.from(text, "utf8").toString("hex");
}
