/** The registry of errors and the sources that throw them know the same codes. */
import { Interface } from "ethers";
import { describe, expect, it } from "vitest";
import { enigmaAbi } from "../../host/ethereum/generated/enigma-abi.ts";
import { refusalCode } from "../../host/ethereum/revert-error.ts";
import registry from "../../host/protocol/errors/registry.json" with { type: "json" };
import type { Hex } from "../../host/protocol/hex.ts";
import { readSource, sourceFiles } from "../repository/source-files.ts";

const CODE = /[a-z][a-z0-9]*(?:-[a-z0-9]+)+/;
const quoted = new RegExp(`"(${CODE.source})"`, "g");

const TYPESCRIPT = sources(/^(host|enclave-wasm\/(runtime|platform))\/.*\.ts$/);
const RUST = sources(/^enclave-wasm\/(core|enclave|metering|attestation|platform)\/src\/.*\.rs$/);

function sources(pattern: RegExp): ReadonlyMap<string, string> {
  const files = sourceFiles(pattern).filter((file) => !file.includes("/generated/"));
  return new Map(files.map((file) => [file, readSource(file)]));
}

/** Every code that the text throws by name, with its file. */
function thrown(texts: ReadonlyMap<string, string>, pattern: RegExp): [code: string, file: string][] {
  return [...texts].flatMap(([file, text]) =>
    [...text.matchAll(pattern)].flatMap(([whole]) =>
      [...whole.matchAll(quoted)].map(([, code = ""]): [string, string] => [code, file]),
    ),
  );
}

/** Codes of custom errors of the Enigma contract. */
function solidityCodes(): Set<string> {
  const codes = new Set<string>();
  new Interface(enigmaAbi).forEachError(({ selector }) => void codes.add(refusalCode(selector as Hex)));
  return codes;
}

const unregistered = (codes: readonly [string, string][]) => codes.filter(([code]) => !(code in registry));

describe("the error registry", () => {
  it("has every code that TypeScript throws", () => {
    // The first argument: a literal, or a choice between literals.
    const codes = thrown(TYPESCRIPT, /new (?:EnigmaError|TaskFailedError|HardwareError)\(\s*[^,)]*/g);
    expect(codes.length).toBeGreaterThan(100);
    expect(unregistered(codes)).toEqual([]);
  });

  it("has every code that the enclave answers", () => {
    const codes = [
      ...thrown(RUST, /EcallError::new\(\s*"[^"]*"/g),
      ...thrown(RUST, /pub (?:const )?fn code\((?:&self|self)\) -> &(?:'static )?str \{.*?\n {4}\}/gs),
      ...thrown(RUST, /^ {4}\w+ => "module-[\w-]+"/gm),
    ];
    expect(codes.length).toBeGreaterThan(100);
    expect(unregistered(codes.filter(([, file]) => !file.endsWith("/outcome.rs")))).toEqual([]);
  });

  it("has no code that nothing throws", () => {
    const all = [...TYPESCRIPT.values(), ...RUST.values()].join("\n");
    const named = new Set([...all.matchAll(quoted)].map(([, code]) => code));
    const solidity = solidityCodes();
    expect(Object.keys(registry).filter((code) => !named.has(code) && !solidity.has(code))).toEqual([]);
  });
});
