import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkModule } from "../../host/client/module-check.ts";
import { fromHex } from "../../host/protocol/hex.ts";

/** Magic number, version, a function type, one empty function, and a start section that names it. */
const STARTING_MODULE = "0x0061736d01000000" + "0104016000" + "00" + "03020100" + "080100" + "0a040102000b";

describe("the check that the client brings along", () => {
  it("takes a module that the contract compiler made", async () => {
    const module = readFileSync(new URL("../../contracts/dist/millionaires/millionaires.wasm", import.meta.url));
    await expect(checkModule(module)).resolves.toBeUndefined();
  });

  it("refuses what is no WebAssembly, and names the rule", async () => {
    const refusal = checkModule(new TextEncoder().encode("hello"));
    await expect(refusal).rejects.toMatchObject({
      code: "module-refused",
      data: { rule: expect.stringMatching(/^module-/) },
    });
  });

  it("refuses a module that runs by itself", async () => {
    await expect(checkModule(fromHex(STARTING_MODULE))).rejects.toMatchObject({ code: "module-refused" });
  });

  it("fails where the checker itself fails, instead of taking the module", async () => {
    const broken = () => Promise.reject(new Error("no memory"));
    await expect(checkModule(new Uint8Array(), broken)).rejects.toThrow("no memory");
  });
});
