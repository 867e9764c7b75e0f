import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { KnownPeers } from "../../host/p2p/known-peers.ts";

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "enigma-peers-"));
  file = join(folder, "peers.json");
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("known peers", () => {
  test("are found again after a restart, each at its latest address", () => {
    const peers = new KnownPeers(file);
    peers.remember("one", "/ip4/127.0.0.1/tcp/1");
    peers.remember("two", "/ip4/127.0.0.1/tcp/2");
    peers.remember("one", "/ip4/127.0.0.1/tcp/3");
    expect(new KnownPeers(file).all()).toEqual(["/ip4/127.0.0.1/tcp/2", "/ip4/127.0.0.1/tcp/3"]);
  });

  test("are bounded: the one remembered longest ago is forgotten", () => {
    const peers = new KnownPeers(file);
    for (let index = 0; index <= 256; index += 1) peers.remember(`peer ${index}`, `/ip4/127.0.0.1/tcp/${index}`);
    expect(peers.all()).toHaveLength(256);
    expect(peers.all()).not.toContain("/ip4/127.0.0.1/tcp/0");
  });

  test.each(["", "[[", '{"a":1}', '[["one"],[1,2],5]'])("are none where the file holds %j", async (text) => {
    await writeFile(file, text);
    expect(new KnownPeers(file).all()).toEqual([]);
  });
});
