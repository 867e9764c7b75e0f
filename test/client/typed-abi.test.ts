import type { Result } from "ethers";
import { describe, expectTypeOf, it } from "vitest";
import type { AbiValue, ConstructorArguments } from "../../host/client/abi-types.ts";
import type {
  ContractEvent,
  Enigma,
  SecretContract,
  Task,
  TaskOptions,
  TaskReceipt,
  TypedEvent,
  UntypedSecretContract,
  ViewOptions,
} from "../../host/client/index.ts";
import type { wealthAbi } from "./wealth-abi.ts";

type Wealth = SecretContract<typeof wealthAbi>;
type Returned<F extends (...args: never[]) => Promise<Task<unknown>>> =
  Awaited<ReturnType<F>> extends Task<infer T> ? T : never;

// These assertions are checked by the compiler; running them only shows that the file is there.
describe("the types of a contract's methods", () => {
  it("take what ethers takes, and options last", () => {
    expectTypeOf<Parameters<Wealth["addMillionaire"]>>().toEqualTypeOf<[bigint | number, TaskOptions?]>();
    expectTypeOf<Parameters<Wealth["summary"]>[0]>().toEqualTypeOf<readonly string[]>();
    expectTypeOf<Parameters<Wealth["richest"]>>().toEqualTypeOf<[options?: TaskOptions]>();
  });

  it("return what ethers decodes", () => {
    expectTypeOf<Returned<Wealth["addMillionaire"]>>().toEqualTypeOf<undefined>();
    expectTypeOf<Returned<Wealth["richest"]>>().toEqualTypeOf<string>();
    expectTypeOf<Returned<Wealth["summary"]>>().toExtend<Result>();
    expectTypeOf<Returned<Wealth["summary"]>["count"]>().toEqualTypeOf<bigint>();
    expectTypeOf<Returned<Wealth["summary"]>["top"]["worth"]>().toEqualTypeOf<bigint>();
    expectTypeOf<Returned<Wealth["summary"]>["top"]["who"]>().toEqualTypeOf<string>();
  });

  it("reach overloads by signature only", () => {
    expectTypeOf<Wealth>().not.toHaveProperty("rank");
    expectTypeOf<Parameters<Wealth["rank(address,uint8[2][])"]>[1]>().toEqualTypeOf<
      readonly (readonly (bigint | number)[])[]
    >();
    expectTypeOf<Returned<Wealth["rank(address)"]>>().toEqualTypeOf<bigint>();
    expectTypeOf<Wealth>().toHaveProperty("summary(address[])");
  });

  it("know no function that the ABI does not have", () => {
    expectTypeOf<Wealth>().not.toHaveProperty("poorest");
  });

  it("carry the result to the receipt", () => {
    expectTypeOf<Awaited<ReturnType<Task<bigint>["wait"]>>>().toEqualTypeOf<TaskReceipt<bigint>>();
  });
});

describe("the types of a contract's views", () => {
  type Views = Wealth["view"];

  it("are those of the functions that change nothing, with options of their own", () => {
    expectTypeOf<Parameters<Views["richest"]>>().toEqualTypeOf<[options?: ViewOptions]>();
    expectTypeOf<Views>().toHaveProperty("summary");
    expectTypeOf<Views>().not.toHaveProperty("addMillionaire");
    expectTypeOf<Views>().not.toHaveProperty("addMillionaire(uint256)");
    expectTypeOf<Views>().not.toHaveProperty("rank");
  });

  it("give the result itself, not a task", () => {
    expectTypeOf<Awaited<ReturnType<Views["richest"]>>>().toEqualTypeOf<string>();
    expectTypeOf<Awaited<ReturnType<Views["rank(address)"]>>>().toEqualTypeOf<bigint>();
    expectTypeOf<Awaited<ReturnType<Views["summary"]>>["top"]["worth"]>().toEqualTypeOf<bigint>();
  });
});

describe("the types of events", () => {
  type Event = TypedEvent<typeof wealthAbi>;
  type Registered = Extract<Event, { readonly name: "Registered" }>;

  it("are told apart by name", () => {
    expectTypeOf<Event["name"]>().toEqualTypeOf<"Registered" | "Rank" | null>();
    expectTypeOf<Registered["args"]["who"]>().toEqualTypeOf<string>();
    expectTypeOf<Registered["args"]["count"]>().toEqualTypeOf<bigint>();
    expectTypeOf<Registered["args"][1]>().toEqualTypeOf<bigint>();
    expectTypeOf<Event>().toExtend<ContractEvent>();
  });

  it("come with the receipt of the contract's tasks, and from queries", () => {
    type Ordered = Awaited<ReturnType<Wealth["addMillionaire"]>>;
    type Receipt = Awaited<ReturnType<Ordered["wait"]>>;
    expectTypeOf<Receipt["events"][number]["name"]>().toEqualTypeOf<"Registered" | "Rank" | null>();
    const query = (enigma: Enigma, abi: typeof wealthAbi) => enigma.queryEvents({ contract: "0x", abi, fromBlock: 1n });
    expectTypeOf<Awaited<ReturnType<typeof query>>[number]["name"]>().toEqualTypeOf<"Registered" | "Rank" | null>();
  });
});

describe("the types of values", () => {
  it("nest arrays from the right, as Solidity does", () => {
    expectTypeOf<AbiValue<{ type: "uint8[2][]" }, "output">>().toEqualTypeOf<readonly (readonly bigint[])[]>();
    expectTypeOf<AbiValue<{ type: "bytes32[3][4][5]" }, "output">>().toEqualTypeOf<
      readonly (readonly (readonly string[])[])[]
    >();
  });

  it("take tuples as objects or arrays, and give them as objects", () => {
    type Pair = { type: "tuple[]"; components: readonly [{ type: "bool"; name: "a" }, { type: "bytes"; name: "b" }] };
    type Given = { readonly a: boolean; readonly b: string | Uint8Array } | readonly [boolean, string | Uint8Array];
    expectTypeOf<AbiValue<Pair, "input">>().toEqualTypeOf<readonly Given[]>();
    expectTypeOf<AbiValue<Pair, "output">>().toEqualTypeOf<readonly { readonly a: boolean; readonly b: string }[]>();
  });

  it("include the constructor's arguments", () => {
    expectTypeOf<ConstructorArguments<typeof wealthAbi>>().toEqualTypeOf<readonly [bigint | number]>();
    expectTypeOf<ConstructorArguments<readonly []>>().toEqualTypeOf<readonly []>();
  });
});

describe("a contract without a known ABI", () => {
  it("has untyped methods", () => {
    const make = (enigma: Enigma) => enigma.contract("0x", ["function f(uint256)"]);
    expectTypeOf<ReturnType<typeof make>>().toExtend<UntypedSecretContract>();
  });
});
