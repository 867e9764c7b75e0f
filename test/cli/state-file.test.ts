/** Networks in files: what is saved is loaded byte for byte, and whatever goes wrong leaves the old file. */
import { mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadState, saveState } from "../../host/cli/state/state-file.ts";
import { packFolder, TarError, unpackFolder } from "../../host/cli/state/tar.ts";

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "enigma-state-test-"));
  file = join(folder, "demo.state");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function networkFolder(name: string, text = "a network"): Promise<string> {
  const path = join(folder, name);
  await mkdir(join(path, "worker-1"), { recursive: true });
  await writeFile(join(path, "network.json"), JSON.stringify({ text }));
  await writeFile(join(path, "worker-1/store"), text.repeat(1_000));
  return path;
}

async function loaded(): Promise<string> {
  const path = await mkdtemp(join(folder, "loaded-"));
  expect(await loadState(file, path)).toBe(true);
  return readFile(join(path, "worker-1/store"), "utf8");
}

describe("a state file", () => {
  it("holds a whole folder, but for what belongs to a process", async () => {
    const path = await networkFolder("network");
    await writeFile(join(path, "network.lock"), "1");
    await mkdir(join(path, "empty"));
    await saveState(path, file);
    const other = join(folder, "other");
    await mkdir(other);
    await loadState(file, other);
    expect((await readdir(other, { recursive: true })).sort()).toEqual([
      "empty",
      "network.json",
      "worker-1",
      "worker-1/store",
    ]);
    expect(await loaded()).toBe("a network".repeat(1_000));
  });

  it("that does not exist is none", async () => {
    expect(await loadState(file, folder)).toBe(false);
  });

  it.each([
    ["is empty", new Uint8Array()],
    ["is of another program", new TextEncoder().encode("PK\x03\x04 this is a zip file")],
    ["is compressed, and no archive", gzipSync("x".repeat(2_048))],
    ["has no network", gzipSync(new Uint8Array(1_024))],
  ])("that %s is refused", async (_, content) => {
    await writeFile(file, content);
    await expect(loadState(file, await mkdtemp(join(folder, "x-")))).rejects.toMatchObject({
      code: "state-invalid",
      data: { file },
    });
  });

  it("that is cut off anywhere, or altered, is refused", async () => {
    await saveState(await networkFolder("network"), file);
    const whole = await readFile(file);
    for (const length of [1, 10, Math.floor(whole.length / 2), whole.length - 1]) {
      await writeFile(file, whole.subarray(0, length));
      await expect(loadState(file, await mkdtemp(join(folder, "x-")))).rejects.toMatchObject({ code: "state-invalid" });
    }
    const altered = Buffer.from(whole);
    altered[altered.length - 8] = (altered[altered.length - 8] as number) ^ 1;
    await writeFile(file, altered);
    await expect(loadState(file, await mkdtemp(join(folder, "x-")))).rejects.toMatchObject({ code: "state-invalid" });
  });

  it("stays as it was where the disk is full on the way", async () => {
    await saveState(await networkFolder("old", "the old one"), file);
    const full = async (path: string) => {
      const handle = await open(path, "wx");
      let room = 30;
      const write = handle.writeFile.bind(handle);
      handle.writeFile = async (data) => {
        room -= (data as Uint8Array).length;
        if (room < 0) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
        return write(data);
      };
      return handle;
    };
    await expect(saveState(await networkFolder("new", "the new one"), file, full)).rejects.toMatchObject({
      code: "disk-full",
      data: { file },
    });
    expect(await loaded()).toBe("the old one".repeat(1_000));
    expect((await readdir(folder)).filter((name) => name.startsWith("."))).toEqual([]);
  });
});

describe("an archive", () => {
  it("gives every file back as it was", async () => {
    const content = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.uint8Array({ maxLength: 2_000 }), {
      maxKeys: 6,
    });
    await fc.assert(
      fc.asyncProperty(content, async (files) => {
        const [from, to] = [await mkdtemp(join(folder, "from-")), await mkdtemp(join(folder, "to-"))];
        for (const [name, bytes] of Object.entries(files)) await writeFile(join(from, name), bytes);
        await unpackFolder(packFolder(from), to);
        expect((await readdir(to)).sort()).toEqual(Object.keys(files).sort());
        for (const [name, bytes] of Object.entries(files))
          expect(new Uint8Array(await readFile(join(to, name)))).toEqual(bytes);
      }),
      { numRuns: 25 },
    );
  });

  it.each(["../outside", "/etc/outside", "a/../../outside", "a//b"])(
    "writes nothing outside of its folder: %s",
    async (name) => {
      const from = await mkdtemp(join(folder, "from-"));
      await writeFile(join(from, "x".repeat(name.length)), "content");
      const chunks: Buffer[] = [];
      for await (const chunk of packFolder(from)) chunks.push(Buffer.from(chunk));
      const bytes = Buffer.concat(chunks);
      bytes.write(name, 0);
      const sum = bytes
        .subarray(0, 512)
        .reduce((all, byte, index) => all + (index >= 148 && index < 156 ? 32 : byte), 0);
      bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
      const archive = (async function* () {
        yield bytes;
      })();
      await expect(unpackFolder(archive, join(folder, "to"))).rejects.toThrow(TarError);
    },
  );
});
