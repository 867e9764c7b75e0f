import { describe, expect, it } from "vitest";
import { command } from "../../host/cli/commands/start.ts";
import { parseCommandLine } from "../../host/cli/parse-command-line.ts";

const parse = (...argv: string[]) => parseCommandLine(command, argv).options;
const refused = (...argv: string[]) =>
  expect(() => parse(...argv)).toThrow(expect.objectContaining({ code: "cli-usage" }));

describe("the options of a start", () => {
  it("have defaults", () => {
    const unset = {
      workers: undefined,
      data: undefined,
      state: undefined,
      seed: undefined,
      chain: undefined,
      listen: undefined,
    };
    expect(parse()).toEqual({ walk: false, once: false, "any-port": false, ...unset });
  });

  it("take 1 to 9 workers", () => {
    expect(parse("--workers", "9").workers).toBe(9);
    for (const workers of ["0", "10", "-1", "2.5", "two", "", " 2"]) refused("--workers", workers);
    refused("--workers");
  });

  it("take a seed of 1 to 32 bytes in hex, and fill it up with zeros", () => {
    const seed = new Uint8Array(32);
    seed.set([0xab, 0xcd]);
    for (const text of ["abcd", "0xabcd", "0xABCD"]) expect(parse("--seed", text).seed).toEqual(seed);
    expect(parse("--seed", "ff".repeat(32)).seed).toEqual(new Uint8Array(32).fill(255));
    for (const text of ["", "0x", "abc", "xyz0", "ff".repeat(33)]) refused("--seed", text);
  });

  it("take the URL of another blockchain, of http or https", () => {
    expect(parse("--chain", "https://chain.example/key").chain).toBe("https://chain.example/key");
    for (const url of ["", "localhost", "localhost:8545", "ws://127.0.0.1:8545", "file:///chain"])
      refused("--chain", url);
  });

  it("take an IP address at which other machines reach the network", () => {
    expect(parse("--listen", "0.0.0.0").listen).toBe("0.0.0.0");
    for (const host of ["", "localhost", "10.0.0", "::1", "0.0.0.0:80"]) refused("--listen", host);
  });

  it("are refused where they do not exist, have a value too many or too few, or are none", () => {
    refused("--wrokers", "2");
    refused("--once=yes");
    refused("--data");
    refused("--data", "--once");
    refused("--workers", "2", "--workers", "3");
    refused("extra");
  });
});
