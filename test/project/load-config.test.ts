// `enigma.config.ts`: what is found, what it may say, and how mistakes in it are told.

import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readConfigVariable } from "../../host/project/config-variable.ts";
import { evaluateInChild } from "../../host/project/evaluate-config.ts";
import { loadProject, loadProjectOrDefaults } from "../../host/project/load-config.ts";
import { suggestion } from "../../host/project/suggestion.ts";
import { ROOT } from "../repository/source-files.ts";

let folder = "";

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "enigma-config-")));
});
afterEach(() => rmSync(folder, { recursive: true }));

function configure(text: string): void {
  writeFileSync(path.join(folder, "enigma.config.ts"), text);
}

const exporting = (fields: string) => configure(`export default { ${fields} };\n`);

describe("a project's configuration", () => {
  it("is found from folders below, and its folders are relative to it", async () => {
    exporting('contracts: "rust", networks: { test: { rpc: "https://worker.example" } }');
    const below = path.join(folder, "test", "deep");
    mkdirSync(below, { recursive: true });
    expect(await loadProject(below)).toMatchObject({
      root: folder,
      contracts: path.join(folder, "rust"),
      artifacts: path.join(folder, "artifacts"),
      networks: { test: { rpc: "https://worker.example" }, local: { rpc: "http://127.0.0.1:3346" } },
      defaultNetwork: "local",
      typescript: true,
    });
  });

  it("names the development accounts 1 to 9, and adds the project's own", async () => {
    exporting('accounts: { deployer: { variable: "KEY" }, alice: 7 }');
    const { accounts } = await loadProject(folder);
    expect(accounts).toMatchObject({ alice: 7, bob: 2, ivan: 9, deployer: { variable: "KEY" } });
  });

  it("is read anew after an edit", async () => {
    exporting('contracts: "one"');
    await loadProject(folder);
    exporting('contracts: "two", typescript: false');
    expect(await loadProject(folder)).toMatchObject({ contracts: path.join(folder, "two"), typescript: false });
  });

  it("is missed with a hint, or replaced by defaults where a command needs none", async () => {
    await expect(loadProject(folder)).rejects.toMatchObject({ code: "config-missing", data: { folder } });
    expect(await loadProjectOrDefaults(folder)).toMatchObject({
      root: folder,
      file: undefined,
      defaultNetwork: "local",
    });
  });
});

describe("a mistake in the configuration", () => {
  it("of syntax is told with its line", async () => {
    configure('export default {\n  contracts: "x",\n  artifacts: = 3,\n};\n');
    await expect(loadProject(folder)).rejects.toMatchObject({ code: "config-invalid", data: { line: 3 } });
  });

  it("that throws is told with its line", async () => {
    configure('const name: string = "x";\n\nthrow new Error("no " + name);\nexport default {};\n');
    await expect(loadProject(folder)).rejects.toMatchObject({
      code: "config-invalid",
      data: { line: 3, problem: "no x" },
    });
  });

  it.each([
    ["contract: 'x'", "contract", /Did you mean "contracts"/],
    ["zebra: 1", "zebra", /there are contracts, artifacts/],
    ["contracts: 3", "contracts", /folder/],
    ["typescript: 'yes'", "typescript", /true or false/],
    ["networks: []", "networks", /object/],
    ["networks: { test: { rpc: 'worker' } }", "networks.test.rpc", /URL/],
    ["networks: { test: {} }", "networks.test.rpc", /missing/],
    [
      "networks: { test: { rpc: 'http://x', etherum: 'http://y' } }",
      "networks.test.etherum",
      /Did you mean "ethereum"/,
    ],
    ["networks: { local: { accounts: { a: 10 } } }", "networks.local.accounts.a", /0 to 9/],
    ["accounts: { '0xab': 1 }", "accounts.0xab", /letter/],
    ["defaultNetwork: 'locl'", "defaultNetwork", /Did you mean "local"/],
  ])("%s is told with its field", async (fields, field, problem) => {
    exporting(fields);
    await expect(loadProject(folder)).rejects.toMatchObject({
      code: "config-invalid",
      message: expect.stringMatching(problem),
      data: { field },
    });
  });

  it("never shows a private key", async () => {
    const almostKey = `0x${"ab".repeat(31)}`;
    exporting(`accounts: { deployer: "${almostKey}" }`);
    const refusal = await loadProject(folder).catch((error: Error) => error);
    expect(refusal).toMatchObject({ code: "config-invalid", data: { field: "accounts.deployer" } });
    expect(JSON.stringify(refusal)).not.toContain(almostKey);
  });

  it("is one also where nothing is exported", async () => {
    configure("export const config = {};\n");
    await expect(loadProject(folder)).rejects.toMatchObject({
      code: "config-invalid",
      data: { field: "export default" },
    });
  });
});

describe("a variable of the configuration", () => {
  it("is read when it is needed, and missed by its name", () => {
    expect(readConfigVariable({ variable: "KEY" }, { KEY: "0x1" })).toBe("0x1");
    expect(() => readConfigVariable({ variable: "KEY" }, { KEY: "" })).toThrow(
      expect.objectContaining({ code: "config-variable-missing", data: { variable: "KEY" } }),
    );
  });
});

describe("a suggestion", () => {
  it("is a name that is near, and none where nothing is", () => {
    const names = ["contracts", "artifacts", "networks"];
    expect(suggestion("contarcts", names)).toBe("contracts");
    expect(suggestion("Artifact", names)).toBe("artifacts");
    expect(suggestion("zebra", names)).toBeUndefined();
    expect(suggestion("x", [])).toBeUndefined();
  });
});

const OLD_NODE = path.join(ROOT, "node_modules/node-22/bin/node");

describe.runIf(existsSync(OLD_NODE))("by a Node that strips no types unless it is told to", () => {
  const evaluated = () => evaluateInChild(path.join(folder, "enigma.config.ts"), OLD_NODE);

  it("is loaded all the same", async () => {
    configure('const name: string = "rust";\nexport default { contracts: name };\n');
    expect(await evaluated()).toEqual({ contracts: "rust" });
  });

  it("tells the line where it does not parse", async () => {
    configure('export default {\n  contracts: "x",\n  artifacts: = 3,\n};\n');
    const data = { line: 3, problem: "Expression expected" };
    await expect(evaluated()).rejects.toMatchObject({ code: "config-invalid", data });
  });
});
