/** The matchers about calls, in both directions: what they let pass, and what they say where they do not. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEnclave, type EnclaveBed, type UntypedTestContract } from "../../../host/testing/index.ts";

let enclave: EnclaveBed;
let counter: UntypedTestContract;
let probe: UntypedTestContract;
let messenger: UntypedTestContract;

beforeAll(async () => {
  enclave = await createEnclave({ log: false });
  counter = (await enclave.deploy("counter", [5n])) as unknown as UntypedTestContract;
  probe = (await enclave.deploy("probe", ["0x6b", "0x76"])) as unknown as UntypedTestContract;
  messenger = (await enclave.deploy("messenger")) as unknown as UntypedTestContract;
});
afterAll(() => enclave?.close());

const call = (contract: UntypedTestContract, name: string, ...args: readonly unknown[]) =>
  contract.getFunction(name)(...args);
const increment = () => call(counter, "increment", 1n);
const refused = () => call(counter, "reset", 0n, { from: enclave.accounts.bob });
const starved = () => call(probe, "loopForever", { gasLimit: 100_000n });

/** The first line of what a matcher says where it fails. */
async function said(matched: Promise<void>): Promise<string> {
  const failure = await matched.then(
    () => new Error("it passed"),
    (error: Error) => error,
  );
  return failure.message.split("\n")[0] ?? "";
}

describe("toRevertWith", () => {
  test("passes for the error by name or signature, with its arguments or without", async () => {
    const { address } = enclave.accounts.bob;
    await expect(refused()).toRevertWith("NotOwner");
    await expect(refused()).toRevertWith("NotOwner(address)");
    await expect(refused()).toRevertWith("NotOwner", [address]);
    await expect(call(probe, "deny", 7n)).toRevertWith("NotAllowed", [enclave.accounts.alice.address, 7]);
    await expect(call(probe, "reject", "no", [1, 2])).toRevertWith("Rejected", ["no", [1n, 2n]]);
    await expect(call(counter, "value", { from: enclave.accounts.bob })).toRevertWith("NotOwner");
    await expect(increment()).not.toRevertWith("NotOwner");
  });

  test("says how the call ended instead, and shows how it ran", async () => {
    expect(await said(expect(increment()).toRevertWith("NotOwner"))).toBe(
      "the call did not revert with NotOwner: it returned",
    );
    expect(await said(expect(call(probe, "deny", 7n)).toRevertWith("Rejected", ["no", [1n]]))).toMatch(
      /^the call did not revert with Rejected\(no, 1\): it reverted with NotAllowed\(0x[0-9a-fA-F]{40}, 7\)$/,
    );
    expect(await said(expect(refused()).not.toRevertWith("NotOwner"))).toBe("the call reverted with NotOwner");
    await expect(expect(starved()).toRevertWith("NotOwner")).rejects.toThrow(/probe\.loopForever\(\) · 89\d+ gas/);
  });
});

describe("toRunOutOfGas", () => {
  test("passes where the limit was used up", async () => {
    await expect(starved()).toRunOutOfGas();
    await expect(increment()).not.toRunOutOfGas();
  });

  test("says how the call ended instead", async () => {
    expect(await said(expect(increment()).toRunOutOfGas())).toBe("the call did not run out of gas: it returned");
    expect(await said(expect(starved()).not.toRunOutOfGas())).toBe("the call ran out of gas (100000)");
  });
});

describe("toTrap", () => {
  const divided = () => call(probe, "divide", 1n, 0n);

  test("passes for a trap, of any code or one", async () => {
    const { result } = await call(messenger, "viewThatWrites").outcome;
    expect(result.ending).toEqual({ name: "trapped", trap: "view-effect" });
    await expect(call(messenger, "viewThatWrites")).toTrap();
    await expect(call(messenger, "viewThatWrites")).toTrap("view-effect");
    await expect(divided()).not.toTrap("view-effect");
    await expect(increment()).not.toTrap();
  });

  test("says how the call ended instead, and knows the codes", async () => {
    expect(await said(expect(increment()).toTrap("unreachable"))).toBe(
      "the call did not trap by unreachable: it returned",
    );
    expect(await said(expect(call(messenger, "viewThatWrites")).not.toTrap())).toBe("the call trapped: view-effect");
    expect(await said(expect(increment()).toTrap("overflow" as never))).toMatch(
      /^there is no trap overflow; there are/,
    );
  });
});

describe("toUseGas", () => {
  test("passes for the amount, or an amount within the range", async () => {
    const { result } = await increment().outcome;
    await expect(increment()).toUseGas(result.gasUsed);
    await expect(increment()).toUseGas({ min: result.gasUsed, max: result.gasUsed });
    await expect(increment()).toUseGas({ max: 1_000_000 });
    await expect(refused()).toUseGas({ min: 10_000 });
    await expect(increment()).not.toUseGas(1);
  });

  test("says what was used and what was wanted", async () => {
    const { gasUsed } = (await increment().outcome).result;
    expect(await said(expect(increment()).toUseGas(1))).toBe(`the call used ${gasUsed} gas, not 1`);
    expect(await said(expect(increment()).toUseGas({ max: 5 }))).toBe(`the call used ${gasUsed} gas, not 0 to 5`);
    expect(await said(expect(increment()).not.toUseGas({ min: 5 }))).toBe(
      `the call used ${gasUsed} gas, which is at least 5`,
    );
  });
});

describe("toChangeState", () => {
  test("passes where a value is another than before, and not where the same one was written again", async () => {
    await expect(increment()).toChangeState();
    await expect(call(probe, "set", "0x6b", "0x01")).toChangeState();
    await expect(call(probe, "set", "0x6b", "0x01")).not.toChangeState();
    await expect(refused()).not.toChangeState();
  });

  test("says what happened instead", async () => {
    expect(await said(expect(refused()).toChangeState())).toMatch(
      /^the call changed nothing: it reverted with NotOwner\(0x[0-9a-fA-F]{40}\)$/,
    );
    expect(await said(expect(increment()).not.toChangeState())).toBe("the call changed the state");
  });
});

describe("toBeObliviousTo", () => {
  test("passes where an observer sees the same whatever the secret is, and leaves the state as it was", async () => {
    const before = await call(counter, "value");
    await expect(counter.getFunction("increment")).toBeObliviousTo([[1n], [2n], [2n ** 60n]]);
    expect(await call(counter, "value")).toBe(before);
  });

  test.each([
    [
      "gas and more",
      "keccak256",
      ["0x01"],
      [`0x${"01".repeat(40)}`],
      /^an observer of probe\.keccak256 can tell \(0x01\) and \(0x0101.*\) apart: length of the input is 168 and 168/,
    ],
  ] as const)("names the observable that differs: %s", async (_, name, one, other, message) => {
    const text = await said(expect(probe.getFunction(name)).toBeObliviousTo([one, other]));
    expect(text.replace(/length of the input is \d+ and \d+.*/, "length of the input is 168 and 168")).toMatch(message);
  });

  test("says by how much gas differs", async () => {
    expect(await said(expect(probe.getFunction("recurse")).toBeObliviousTo([[1n], [2n]]))).toMatch(
      /^an observer of probe\.recurse can tell \(1\) and \(2\) apart: gas is [\d,]+ and [\d,]+: [\d,]+ apart$/,
    );
  });

  test("says that one fails and the other does not", async () => {
    expect(
      await said(
        expect(probe.getFunction("divide")).toBeObliviousTo([
          [1n, 1n],
          [1n, 0n],
        ]),
      ),
    ).toMatch(/can tell \(1, 1\) and \(1, 0\) apart: status is committed and failed$/);
  });

  test("says that the length of the output differs", async () => {
    expect(await said(expect(probe.getFunction("randomBytes")).toBeObliviousTo([[1], [200]]))).toMatch(/apart: gas is/);
  });

  test("sees what reaches Ethereum, but not inside of a private event", async () => {
    expect(
      await said(
        expect(messenger.getFunction("emitPing")).toBeObliviousTo([
          ["a", 1n],
          ["a", 2n],
        ]),
      ),
    ).toMatch(/apart: data of effect 1 is 0x/);
    await expect(messenger.getFunction("emitPrivatePing")).toBeObliviousTo([
      ["a", 1n],
      ["b", 2n],
    ]);
  });

  test("takes functions of contracts, and two inputs or more", async () => {
    await expect(expect(increment()).toBeObliviousTo([[1n], [2n]])).rejects.toThrow(TypeError);
    await expect(expect(counter.getFunction("increment")).toBeObliviousTo([[1n]])).rejects.toThrow(TypeError);
  });

  test("fails the other way round where nothing differs", async () => {
    expect(await said(expect(counter.getFunction("increment")).not.toBeObliviousTo([[1n], [2n]]))).toBe(
      "an observer of counter.increment cannot tell the 2 inputs apart",
    );
  });
});

describe("every matcher about calls", () => {
  test("takes promises of results, too, and no other values", async () => {
    const waited = async () => await increment();
    await expect(waited()).toChangeState();
    await expect((async () => await refused())()).toRevertWith("NotOwner");
    await expect(expect(7n).toUseGas(7n)).rejects.toThrow(TypeError);
    await expect(expect(call(counter, "increment", "x")).toRunOutOfGas()).rejects.toMatchObject({
      code: "bad-arguments",
    });
  });
});
