import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Interface } from "ethers";
import { expect, test } from "vitest";
import { enigmaAbi } from "../../host/ethereum/generated/enigma-abi.ts";
import { refusalCode } from "../../host/ethereum/revert-error.ts";
import { isErrorCode } from "../../host/protocol/errors/enigma-error.ts";
import type { Hex } from "../../host/protocol/hex.ts";
import { CODE_SIZE_LIMIT, compileSolidity } from "../../scripts/compile-solidity.ts";

const GENERATED = resolve(import.meta.dirname, "../../host/ethereum/generated");

test("compiling gives the committed types, within the limit of code size, and the same bytes each time", async () => {
  const folder = await mkdtemp(join(tmpdir(), "generated-"));
  try {
    await compileSolidity({ force: true, generated: folder, dist: join(folder, "dist") });
    const names = (await readdir(folder)).filter((name) => name.endsWith(".ts"));
    expect(names.sort()).toEqual((await readdir(GENERATED)).sort());
    for (const name of names) {
      expect(await readFile(join(folder, name), "utf8"), name).toBe(await readFile(join(GENERATED, name), "utf8"));
    }
    const enigma = JSON.parse(await readFile(join(folder, "dist/Enigma.json"), "utf8"));
    expect(enigma.deployedBytecode.length / 2 - 1).toBeLessThanOrEqual(CODE_SIZE_LIMIT);
    const built = resolve(import.meta.dirname, "../../contracts/dist/ethereum/Enigma.json");
    expect(enigma).toEqual(JSON.parse(await readFile(built, "utf8")));
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("every custom error of the contract has a code, a sentence and a hint", () => {
  const foreign =
    /^(ECDSA|ERC|SafeERC20|Checkpoint|InvalidShortString|StringTooLong|FailedDeployment|InsufficientBalance)/;
  const missing: string[] = [];
  new Interface(enigmaAbi).forEachError(({ name, selector }) => {
    if (!foreign.test(name) && !isErrorCode(refusalCode(selector as Hex))) missing.push(name);
  });
  expect(missing).toEqual([]);
});
