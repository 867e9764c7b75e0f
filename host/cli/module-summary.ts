import { join } from "node:path";
import { Interface, type InterfaceAbi } from "ethers";
import type { ModuleFacts } from "../../scripts/setup/module-check.mjs";
import { keccak } from "../protocol/keccak.ts";

/** A contract as it was built. */
export interface BuiltContract {
  readonly name: string;
  /** Where module and ABI lie. */
  readonly folder: string;
  readonly module: Uint8Array;
  readonly abi: InterfaceAbi;
  readonly facts: ModuleFacts;
}

/** What a developer wants to know of a module: where it is, what it will be called on chain, and what it offers. */
export function moduleSummary({ name, folder, module, abi, facts }: BuiltContract): string {
  const { fragments } = new Interface(abi);
  const named = (type: string) =>
    fragments
      .filter((fragment) => fragment.type === type)
      .map((fragment) => `    ${fragment.format("full").replace(`${type} `, "")}`);
  return [
    "",
    `  module      ${join(folder, `${name}.wasm`)}`,
    `  interface   ${join(folder, "abi.json")}`,
    `  code hash   ${keccak(module)}`,
    `  size        ${grouped(module.length)} bytes, ${grouped(facts.codeBytes)} of them code`,
    `  memory      ${facts.initialPages} ${facts.initialPages === 1 ? "page" : "pages"} of 64 KiB at the start`,
    "  functions",
    ...named("constructor"),
    ...named("function"),
    ...section("errors", named("error")),
    "",
    "",
  ].join("\n");
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`  ${title}`, ...lines];
}

function grouped(number: number): string {
  return number.toLocaleString("en-US");
}
