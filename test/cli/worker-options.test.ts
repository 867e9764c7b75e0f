import { describe, expect, it } from "vitest";
import { parseWorkerOptions } from "../../host/cli/worker-options.ts";

const NEEDED = ["--chain", "http://10.0.0.1:9545", "--principal", "http://10.0.0.1:3040", "--account", "13"];
const PEER = "/ip4/10.0.0.1/tcp/4001/p2p/12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5";
const parse = (...argv: string[]) => parseWorkerOptions([...NEEDED, "--peer", PEER, ...argv]);
const refused = (...argv: string[]) =>
  expect(() => parseWorkerOptions(argv)).toThrow(expect.objectContaining({ code: "cli-usage" }));

describe("the options of a worker", () => {
  it("have defaults, but for where the network is and whose account it is", () => {
    expect(parse()).toEqual({
      ...{ chain: NEEDED[1], principal: NEEDED[3], peers: [PEER], account: { index: 13 }, enigma: undefined },
      ...{ data: undefined, listen: undefined, names: [], port: 3346, peerPort: 0, json: false },
    });
    for (const missing of ["--chain", "--principal", "--account"]) {
      const at = NEEDED.indexOf(missing);
      refused(...NEEDED.toSpliced(at, 2), "--peer", PEER);
    }
    refused(...NEEDED);
  });

  it("take several peers and names", () => {
    const options = parse("--peer", "/ip4/10.0.0.2/tcp/4001", "--name", "worker-3", "--name", "other");
    expect(options?.peers).toEqual([PEER, "/ip4/10.0.0.2/tcp/4001"]);
    expect(options?.names).toEqual(["worker-3", "other"]);
    refused(...NEEDED, "--peer", "http://10.0.0.1");
  });

  it("take a development account by its number or a key by its file, never a key", () => {
    refused(...NEEDED, "--peer", PEER, "--key-file", "key");
    for (const account of ["20", "-1", "1.5", "", `0x${"11".repeat(32)}`])
      refused(...NEEDED.toSpliced(4, 2), "--peer", PEER, "--account", account);
    const options = parseWorkerOptions([...NEEDED.toSpliced(4, 2), "--peer", PEER, "--key-file", "key"]);
    expect(options?.account).toEqual({ keyFile: "key" });
  });

  it("take an address to listen at, and ports", () => {
    expect(parse("--listen", "0.0.0.0", "--port", "0", "--peer-port", "4001")).toMatchObject({
      ...{ listen: "0.0.0.0", port: 0, peerPort: 4001 },
    });
    for (const host of ["localhost", "", "10.0.0", "::1"]) refused(...NEEDED, "--peer", PEER, "--listen", host);
    for (const port of ["65536", "-1", "x", ""]) refused(...NEEDED, "--peer", PEER, "--port", port);
  });

  it("can ask for help alone", () => {
    expect(parseWorkerOptions(["--help"])).toBeUndefined();
  });
});
