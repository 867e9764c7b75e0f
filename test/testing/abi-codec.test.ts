import { Interface } from "ethers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "../../host/protocol/hex.ts";
import { type FunctionCodec, functionCodec } from "../../host/testing/contract/abi-codec.ts";

const TYPES = [
  "uint8",
  "uint64",
  "uint256",
  "int8",
  "int64",
  "int256",
  "bool",
  "address",
  "bytes1",
  "bytes32",
  "bytes",
  "string",
];

const integer = (bits: number) => fc.bigInt(-(2n ** BigInt(bits)), 2n ** BigInt(bits));

/** Values that fit, nearly fit, or do not fit at all. */
const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  integer(8),
  integer(64),
  integer(256),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constantFrom("5", "0x05", "", "text", null, undefined),
  fc.uint8Array({ minLength: 0, maxLength: 40 }),
  fc.uint8Array({ minLength: 20, maxLength: 20 }).map(toHex),
  fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => toHex(bytes).toUpperCase().replace("0X", "0x")),
  fc.uint8Array({ minLength: 32, maxLength: 32 }),
  fc.uint8Array({ minLength: 32, maxLength: 32 }).map(toHex),
);

function coded(inputs: readonly string[], output?: string): { abi: Interface; codec: FunctionCodec } {
  const abi = new Interface([`function f(${inputs.join(",")})${output === undefined ? "" : ` returns (${output})`}`]);
  const fragment = abi.getFunction("f");
  if (fragment === null) throw new Error("the ABI has the function");
  return { abi, codec: functionCodec(abi, fragment) };
}

/** What ethers gives; undefined where it refuses. */
function tried<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

describe("calldata", () => {
  it("is that of ethers for any values of any types, and refused where ethers refuses", () => {
    const call = fc
      .array(fc.tuple(fc.constantFrom(...TYPES), anyValue), { maxLength: 4 })
      .map((pairs) => ({ types: pairs.map(([type]) => type), values: pairs.map(([, value]) => value) }));
    fc.assert(
      fc.property(call, ({ types, values }) => {
        const { abi, codec } = coded(types);
        const wanted = tried(() => abi.encodeFunctionData("f", values));
        const found = tried(() => toHex(codec.encode(values)));
        expect(found).toBe(wanted);
      }),
      { numRuns: 3_000 },
    );
  });

  it("is refused with its code where arguments are missing", () => {
    const { codec } = coded(["uint64"]);
    expect(() => codec.encode([])).toThrow(expect.objectContaining({ code: "bad-arguments" }));
    expect(() => codec.encode([-1n])).toThrow(expect.objectContaining({ code: "bad-arguments" }));
  });
});

describe("results", () => {
  it.each(TYPES)("of %s are those of ethers for any bytes", (type) => {
    const { abi, codec } = coded([], type);
    const data = fc.oneof(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.bigInt(0n, 300n).map((value) => fromHex(`0x${value.toString(16).padStart(64, "0")}`)),
      fc.uint8Array({ maxLength: 100 }),
    );
    fc.assert(
      fc.property(data, (bytes) => {
        const wanted = tried(() => abi.decodeFunctionResult("f", bytes)[0] as unknown);
        expect(tried(() => codec.decode(bytes))).toEqual(wanted);
      }),
      { numRuns: 300 },
    );
  });

  it("of a function without any are undefined", () => {
    expect(coded(["uint64"]).codec.decode(new Uint8Array())).toBeUndefined();
  });
});
