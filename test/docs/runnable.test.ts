/** TypeScript that documents show has the types that it says, and the tests among it pass. */
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, it } from "vitest";
import { artifactTypes } from "../../host/compile/artifact-types.ts";
import { ROOT } from "../repository/source-files.ts";
import { blocksIn, type CodeBlock } from "./code-blocks.ts";

/** Where the blocks stand as files, with this repository in the place of the package. */
const FOLDER = path.join(import.meta.dirname, ".blocks");

const ENTRY_POINTS: Readonly<Record<string, string>> = {
  "enigma-simulator": "host/client/index.ts",
  "enigma-simulator/config": "host/project/config.ts",
  "enigma-simulator/testing": "host/testing/index.ts",
};

function ofThisRepository(text: string, file: string): string {
  return text.replace(/"(enigma-simulator(?:\/\w+)?)"/g, (whole, name: string) => {
    const entry = ENTRY_POINTS[name];
    return entry === undefined ? whole : JSON.stringify(path.relative(path.dirname(file), path.join(ROOT, entry)));
  });
}

const artifacts = ["counter", "guess"].map((name) => {
  const abi = readFileSync(path.join(ROOT, "contracts/dist", name, "abi.json"), "utf8");
  return { file: path.join(FOLDER, "artifacts", `${name}.ts`), text: artifactTypes({ name, abi: JSON.parse(abi) }) };
});

/** A block without imports is the inside of a test with a network and two contracts. */
function asTest({ place, text }: CodeBlock): string {
  return `test("${place}", async ({ network, contracts: { counter, guess } }) => {\n${text}});\n`;
}

const blocks = blocksIn("ts");
const isModule = ({ text }: CodeBlock) => text.startsWith("import ");
const insides = `import { networkTest } from "enigma-simulator/testing";
import { expect } from "vitest";

const test = networkTest(async (network) => ({
  counter: await network.deploy("counter", [5n]),
  guess: await network.deploy("guess", [42n]),
}));

${blocks
  .filter((block) => !isModule(block))
  .map(asTest)
  .join("\n")}`;
const files = [
  ...blocks.filter(isModule).map(({ place, text }) => ({ name: place.replace(/[^a-z0-9]+/gi, "-"), text })),
  { name: "insides-of-tests", text: insides },
].map(({ name, text }) => ({ file: path.join(FOLDER, `${name}.ts`), text }));

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(path.join(FOLDER, "artifacts"), { recursive: true });
for (const { file, text } of [...files, ...artifacts]) writeFileSync(file, ofThisRepository(text, file));
writeFileSync(
  path.join(FOLDER, "tsconfig.json"),
  JSON.stringify({
    extends: "../../../tsconfig.json",
    compilerOptions: { noUnusedLocals: false },
    include: ["**/*.ts"],
  }),
);
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

it("type-checks", async () => {
  const tsc = path.join(ROOT, "node_modules/.bin/tsc");
  const run = promisify(execFile)(tsc, ["--noEmit", "-p", FOLDER]).catch((error: { stdout: string }) => error);
  expect((await run).stdout).toBe("");
});

for (const { file, text } of files) {
  // A script needs a network that somebody else has started.
  if (!/^ *test\(/m.test(text)) continue;
  // The block's tests become tests of this file.
  await import(file);
}
