/** Arguments as they are typed: every type with what fits and what does not, and numbers of all sizes. */

import { Interface, type ParamType } from "ethers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseArguments } from "../../host/cli/abi-arguments.ts";
import { resultJson, resultText } from "../../host/cli/abi-results.ts";
import type { EnigmaError } from "../../host/protocol/errors/enigma-error.ts";

const ALICE = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const KNOWN = new Map([["alice", ALICE]]);

function inputsOf(types: string): readonly ParamType[] {
  return new Interface([`function f(${types})`]).getFunction("f")?.inputs as readonly ParamType[];
}

const parse = (type: string, ...typed: string[]) => parseArguments("f", inputsOf(type), typed, KNOWN);

function refusal(type: string, text: string): EnigmaError {
  try {
    parse(type, text);
  } catch (error) {
    return error as EnigmaError;
  }
  throw new Error(`${text} is taken for ${type}`);
}

describe("an argument", () => {
  it.each([
    ["uint256", "1_000_000", 1_000_000n],
    ["uint256", "0xf4240", 1_000_000n],
    ["uint256", "1.5eng", 1_500_000_000_000_000_000n],
    ["uint64", "20gwei", 20_000_000_000n],
    ["uint256", "7 wei", 7n],
    ["int8", "-128", -128n],
    ["uint8", "255", 255n],
    ["bool", "true", true],
    ["bool", "false", false],
    ["string", "", ""],
    ["string", '"quoted"', '"quoted"'],
    ["bytes", "0x", "0x"],
    ["bytes2", "0xabCD", "0xabCD"],
    ["address", ALICE, ALICE],
    ["address", ALICE.toLowerCase(), ALICE],
    ["address", "alice", ALICE],
    ["uint256[]", '[1,"2",9007199254740993]', [1n, 2n, 9_007_199_254_740_993n]],
    [
      "uint8[2][]",
      "[[1,2],[3,4]]",
      [
        [1n, 2n],
        [3n, 4n],
      ],
    ],
    ["address[]", '["alice"]', [ALICE]],
    ["tuple(uint8 count, string name)", '[3,"x"]', [3n, "x"]],
    ["tuple(uint8 count, string name)", '{"name":"x","count":"3"}', [3n, "x"]],
    ["tuple(bool[] flags, tuple(int8 low) inner)", '{"flags":[true],"inner":{"low":-1}}', [[true], [-1n]]],
  ])("of type %s takes %s", (type, text, value) => {
    expect(parse(`${type} value`, text)).toEqual([value]);
  });

  it.each([
    ["uint8", "256", "it must be 0 to 255"],
    ["uint8", "-1", "it must be 0 to 255"],
    ["int8", "128", "it must be -128 to 127"],
    ["uint256", "1.5", "integers are written as"],
    ["uint256", "1.5wei", "wei has 0 decimals"],
    ["uint256", "5 apples", "integers are written as"],
    ["uint256", "", "integers are written as"],
    ["bool", "yes", "it is true or false"],
    ["bytes", "0x1", "bytes are written in hex"],
    ["bytes32", "0x12", "it has 1 bytes"],
    ["address", "0x1234", "an address has 40 hex digits"],
    ["address", ALICE.replace("C", "c"), "its checksum is wrong"],
    ["address", "alcie", "nothing has that name"],
    ["uint256[]", "1,2", "arrays and tuples are written as JSON"],
    ["uint256[]", "5", "it is not an array"],
    ["uint256[2]", "[1]", "it has 1 elements"],
    ["uint256[]", "[1.5]", "it is neither text nor a whole number"],
    ["tuple(uint8 count)", "7", "it is neither an array nor an object"],
    ["tuple(uint8 count)", "[]", "it has 0 fields, not 1"],
    ["tuple(uint8 count)", '{"cuont":1}', 'there is no field "cuont"'],
    ["tuple(uint8 count)", "{}", 'the field "count" is missing'],
  ])("of type %s refuses %s", (type, text, reason) => {
    const { code, data } = refusal(`${type} value`, text);
    expect([code, data.reason]).toEqual(["argument-invalid", expect.stringContaining(reason)]);
    expect(data.argument).toMatch(/^1 \(value\)/);
  });

  it("inside of others is named by its place", () => {
    expect(refusal("tuple(uint8[] counts)[] value", '[{"counts":[1]},{"counts":[1,300]}]').data).toMatchObject({
      argument: "1 (value)[1].counts[1]",
      type: "uint8",
      given: '"300"',
    });
  });

  it("suggests the name that was meant", () => {
    expect(refusal("address", "alcie").message).toContain('Did you mean "alice"?');
  });

  it("more or less is refused with both counts", () => {
    for (const typed of [[], ["1"], ["1", "2", "3"]])
      expect(() => parse("uint8 a, uint8 b", ...typed)).toThrow(
        expect.objectContaining({ code: "argument-count", data: { function: "f", wanted: 2, given: typed.length } }),
      );
  });

  it("that is an integer keeps every digit, and its range", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 32 }),
        fc.bigInt({ min: -(2n ** 257n), max: 2n ** 257n }),
        (bytes, value) => {
          for (const [type, least, most] of [
            [`uint${bytes * 8}`, 0n, 2n ** BigInt(bytes * 8) - 1n],
            [`int${bytes * 8}`, -(2n ** BigInt(bytes * 8 - 1)), 2n ** BigInt(bytes * 8 - 1) - 1n],
          ] as const) {
            const fits = value >= least && value <= most;
            if (fits)
              expect([parse(type, String(value)), parse(`${type}[]`, `[${value}]`)]).toEqual([[value], [[value]]]);
            else expect(refusal(type, String(value)).code).toBe("argument-invalid");
          }
        },
      ),
    );
  });

  it("of any text is taken or refused, never more", () => {
    const types = [
      "uint256",
      "int8",
      "bool",
      "address",
      "bytes",
      "bytes4",
      "uint8[]",
      "tuple(uint8 a, string b)",
      "string",
    ];
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.oneof(fc.string(), fc.json()), (type, text) => {
        try {
          const values = parse(type, text);
          expect(() => new Interface([`function f(${type})`]).encodeFunctionData("f", values)).not.toThrow();
        } catch (error) {
          expect(error).toMatchObject({ code: "argument-invalid" });
        }
      }),
    );
  });
});

describe("a result", () => {
  const abi = new Interface([
    "function f() view returns (uint256 yes, tuple(address who, uint8[] counts)[] list)",
    "function g() view returns (string)",
    "function h()",
  ]);
  const outputs = (name: string) => abi.getFunction(name)?.outputs as readonly ParamType[];
  const decoded = abi.decodeFunctionResult("f", abi.encodeFunctionResult("f", [5n, [[ALICE, [1n, 2n]]]]));

  it("is JSON with decimal strings and the names of fields", () => {
    expect(resultJson(outputs("f"), decoded)).toEqual({ yes: "5", list: [{ who: ALICE, counts: ["1", "2"] }] });
    expect(resultJson(outputs("g"), "text")).toBe("text");
    expect(resultJson(outputs("h"), undefined)).toBeNull();
  });

  it("is text with the names of accounts", () => {
    const names = new Map([[ALICE.toLowerCase(), "alice"]]);
    expect(resultText(outputs("f"), decoded, names)).toBe(`yes: 5\nlist: [(who: ${ALICE} (alice), counts: [1, 2])]`);
    expect(resultText(outputs("g"), "te\nxt", names)).toBe('"te\\nxt"');
  });
});
