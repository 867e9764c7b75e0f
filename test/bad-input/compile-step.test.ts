// The end of the compile step, which set-up and `enigma compile` share, on modules that no compiler of ours makes.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import registry from "../../host/protocol/errors/registry.json" with { type: "json" };
import { finishContract } from "../../scripts/setup/contract-build.mjs";
import { ROOT } from "../repository/source-files.ts";
import { REFUSED_MODULES } from "./contract-modules.ts";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "enigma-compile-step-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("the compile step refuses a module", () => {
  it.each(REFUSED_MODULES)("$what", async ({ rule, module }) => {
    const built = path.join(folder, "built.wasm");
    writeFileSync(built, module);
    await expect(finishContract(ROOT, process.execPath, "refused", built, folder)).rejects.toMatchObject({
      code: rule,
      hint: registry[rule as keyof typeof registry].hint,
      message: expect.stringMatching(/ at byte 0x[0-9a-f]+/),
    });
  });
});
