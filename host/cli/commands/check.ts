import type { ModuleVerdict } from "../../compile/check-module.ts";
import { defineCommand } from "../command.ts";
import type { Style } from "../style.ts";

/** `enigma check`: what enclaves would say of a module. */
export const command = defineCommand({
  name: "check",
  description: [
    "Checks a WebAssembly module, or an artifact's, by the code by which enclaves do, and names every rule that it breaks with",
    "function, byte offset and the way out; of a good module it tells size, functions, imports and the gas of a deployment.",
  ].join("\n"),
  positionals: { file: { summary: "a .wasm file, or the .json file of an artifact" } },
  options: {},
  examples: [
    { command: "enigma check target/wasm32-unknown-unknown/release/counter.wasm", summary: "Checks what cargo made." },
    { command: "enigma check artifacts/counter.json --json", summary: "Tells a program the facts of an artifact." },
  ],
  stops: "at-once",
  async run({ positionals, out, cwd }) {
    const { readFile } = await import("node:fs/promises");
    const path = await import("node:path");
    const { judgeModule } = await import("../../compile/check-module.ts");
    const { deploymentGas } = await import("../../compile/rules.ts");
    const { keccak } = await import("../../protocol/keccak.ts");
    const { parseArtifact } = await import("../../project/artifact.ts");
    const file = path.resolve(cwd, positionals.file);
    const bytes = new Uint8Array(await readFile(file));
    const module = file.endsWith(".json") ? parseArtifact(new TextDecoder().decode(bytes), file).module : bytes;
    const verdict = await judgeModule(module);
    const facts = { codeHash: keccak(module), deploymentGas: deploymentGas(module) };
    return {
      json: { file, ...verdict, ...(verdict.ok ? facts : {}) },
      text: verdict.ok ? goodText(verdict, facts, out.style) : brokenText(verdict, positionals.file, out.style),
      failed: !verdict.ok,
    };
  },
});

function brokenText({ broken }: Extract<ModuleVerdict, { ok: false }>, file: string, style: Style): string {
  const count = broken.length === 1 ? "1 rule is broken" : `${broken.length} rules are broken`;
  const each = broken.flatMap(({ code, sentence, hint }) => [
    "",
    `${style.red(`${code}:`)} ${sentence}`,
    style.dim(hint),
  ]);
  return [`${style.bold(file)}: no enclave would run it, ${count}`, ...each].join("\n");
}

function goodText(
  { facts }: Extract<ModuleVerdict, { ok: true }>,
  { codeHash, deploymentGas }: { codeHash: string; deploymentGas: bigint },
  style: Style,
): string {
  const number = (value: number | bigint) => value.toLocaleString("en-US");
  const rows = [
    ["code hash", codeHash],
    [
      "size",
      `${number(facts.moduleBytes)} bytes: ${number(facts.codeBytes)} code, ${number(facts.customBytes)} names and interface`,
    ],
    ["functions", `${number(facts.functions)}; the largest frame has ${number(facts.largestFrame)} slots`],
    ["memory", `${facts.initialPages} to ${facts.maximumPages} pages of 64 KiB`],
    ["imports", facts.imports.length === 0 ? "none" : facts.imports.join(", ")],
    ["deployment", `${number(deploymentGas)} gas, and what the constructor costs`],
  ];
  return [
    style.green("a valid secret contract"),
    ...rows.map(([name = "", value]) => `  ${name.padEnd(10)}  ${value}`),
  ].join("\n");
}
