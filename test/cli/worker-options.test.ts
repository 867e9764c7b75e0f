import { describe, expect, it } from "vitest";
import { command } from "../../host/cli/commands/worker.ts";
import { parseCommandLine } from "../../host/cli/parse-command-line.ts";
import { runCaptured } from "./captured-terminal.ts";

const NEEDED = ["--chain", "http://10.0.0.1:9545", "--principal", "http://10.0.0.1:3040", "--account", "13"];
const PEER = "/ip4/10.0.0.1/tcp/4001/p2p/12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5";
const options = (argv: readonly string[]) => parseCommandLine(command, argv).options;
const parse = (...argv: string[]) => options([...NEEDED, "--peer", PEER, ...argv]);
const refused = (...argv: string[]) =>
  expect(() => options(argv)).toThrow(expect.objectContaining({ code: "cli-usage" }));

describe("the options of a worker", () => {
  it("have defaults, but for where the network is and whose account it is", () => {
    expect(parse()).toEqual({
      ...{
        chain: NEEDED[1],
        principal: NEEDED[3],
        peer: [PEER],
        account: 13,
        "key-file": undefined,
        enigma: undefined,
      },
      ...{ data: undefined, listen: undefined, name: [], port: 3346, "peer-port": 0 },
    });
    for (const missing of ["--chain", "--principal"]) {
      const at = NEEDED.indexOf(missing);
      refused(...NEEDED.toSpliced(at, 2), "--peer", PEER);
    }
    refused(...NEEDED);
  });

  it("take several peers and names", () => {
    const several = parse("--peer", "/ip4/10.0.0.2/tcp/4001", "--name", "worker-3", "--name", "other");
    expect(several.peer).toEqual([PEER, "/ip4/10.0.0.2/tcp/4001"]);
    expect(several.name).toEqual(["worker-3", "other"]);
    refused(...NEEDED, "--peer", "http://10.0.0.1");
  });

  it("take a development account by its number", () => {
    for (const account of ["20", "-1", "1.5", "", `0x${"11".repeat(32)}`])
      refused(...NEEDED.toSpliced(4, 2), "--peer", PEER, "--account", account);
  });

  it("take a key by its file, never a key, and not both or none of file and number", async () => {
    const commandLine = (...account: string[]) =>
      runCaptured("worker", ...NEEDED.toSpliced(4, 2), "--peer", PEER, ...account);
    const neither = await commandLine();
    expect([neither.status, neither.stderr]).toEqual([2, expect.stringContaining("either --account or --key-file")]);
    expect((await commandLine("--account", "13", "--key-file", "key")).status).toBe(2);
    expect((await commandLine("--key", `0x${"11".repeat(32)}`)).status).toBe(2);
    expect(options([...NEEDED.toSpliced(4, 2), "--peer", PEER, "--key-file", "key"])).toMatchObject({
      "key-file": "key",
    });
  });

  it("take an address to listen at, and ports", () => {
    expect(parse("--listen", "0.0.0.0", "--port", "0", "--peer-port", "4001")).toMatchObject({
      ...{ listen: "0.0.0.0", port: 0, "peer-port": 4001 },
    });
    for (const host of ["localhost", "", "10.0.0", "::1"]) refused(...NEEDED, "--peer", PEER, "--listen", host);
    for (const port of ["65536", "-1", "x", ""]) refused(...NEEDED, "--peer", PEER, "--port", port);
  });

  it("can ask for help alone", async () => {
    expect(await runCaptured("worker", "--help")).toMatchObject({ status: 0, stderr: "" });
  });
});
