import { componentNew } from "@bytecodealliance/jco";
import { Interface } from "ethers";
import { describe, expect, it } from "vitest";
import { builtModule, customSection } from "./built-module.ts";

const HOST = "enigma:contract/host@0.1.0";
const CONTRACTS = [
  "counter",
  "calculator",
  "flip-coin",
  "secret-ballot",
  "notes",
  "factorisation",
  "average-salary",
  "rock-paper-scissors",
  "millionaires",
  "probe",
  "bench",
  "mends",
  "messenger",
  "voting",
  "auction",
  "private-token",
  "swap",
  "lucky-number",
  "herald",
];

describe.each(CONTRACTS)("the module of %s", (name) => {
  const bytes = builtModule(name);
  const module = new WebAssembly.Module(bytes);

  it("imports functions of the host interface and nothing else", () => {
    const foreign = WebAssembly.Module.imports(module).filter(
      (entry) => entry.module !== HOST || entry.kind !== "function",
    );
    expect(foreign).toEqual([]);
  });

  it("exports the world of a secret contract, its memory, and what the canonical ABI needs", () => {
    const names = WebAssembly.Module.exports(module).map((entry) => entry.name);
    expect(names.toSorted()).toEqual([
      "__data_end",
      "__heap_base",
      "cabi_post_call",
      "cabi_post_deploy",
      "cabi_post_view",
      "cabi_realloc",
      expect.stringMatching(/^cabi_realloc_wit_bindgen_/),
      "call",
      "deploy",
      "memory",
      "view",
    ]);
  });

  it("carries its type, so that a component can be made of it", async () => {
    const component = await componentNew(bytes, []);
    // Preamble of a component: version 13, layer 1.
    expect([...component.slice(0, 8)]).toEqual([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]);
  });

  it("carries a JSON ABI that ethers reads without losing an entry", () => {
    const entries = JSON.parse(Buffer.from(customSection(bytes, "enigma-abi")).toString("utf8"));
    const abi = new Interface(entries);
    expect(abi.fragments.length).toBe(entries.length);
    expect(abi.getError("UnknownFunction")?.format()).toBe("UnknownFunction(bytes4)");
    expect(abi.getError("BadArguments")?.format()).toBe("BadArguments(bytes4)");
  });

  it("keeps function names for error messages", () => {
    expect(WebAssembly.Module.customSections(module, "name").length).toBe(1);
  });
});

describe("the ABI of millionaires", () => {
  it("is what a Solidity interface of it would be", () => {
    const abi = new Interface(
      JSON.parse(Buffer.from(customSection(builtModule("millionaires"), "enigma-abi")).toString("utf8")),
    );
    expect(abi.format()).toEqual([
      "constructor()",
      "function addMillionaire(uint256 netWorth)",
      "function richest() view returns (address)",
      "function count() view returns (uint64)",
      "error NoMillionaires()",
      "error UnknownFunction(bytes4 selector)",
      "error BadArguments(bytes4 selector)",
    ]);
  });
});

describe("the ABI of voting", () => {
  it("tells its events and which of their arguments are indexed", () => {
    const abi = new Interface(
      JSON.parse(Buffer.from(customSection(builtModule("voting"), "enigma-abi")).toString("utf8")),
    );
    expect(abi.getEvent("Closed")?.format("full")).toBe(
      "event Closed(uint256 indexed proposal, uint256 yes, uint256 no)",
    );
    expect(abi.getEvent("Counted")?.format("full")).toBe(
      "event Counted(uint256 indexed proposal, address indexed voter, bool approve)",
    );
  });
});
