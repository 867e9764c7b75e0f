/** POSIX tar (ustar) of plain files and folders: what a network's data folder consists of. Modes, owners and times are not kept. */
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readdir, stat } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";

const BLOCK = 512;
const NAME_BYTES = 100;
const REGULAR = "0";
const FOLDER = "5";

/** An archive that is none of ours. */
export class TarError extends Error {}

/** The archive of a folder as a stream, entries in the order of their names. @param skip names of files that are left out */
export async function* packFolder(folder: string, skip: readonly string[] = []): AsyncGenerator<Uint8Array> {
  for (const name of await namesIn(folder, "")) {
    if (skip.includes(path.basename(name))) continue;
    const file = path.join(folder, name);
    const { size } = await stat(file);
    if (name.endsWith("/")) {
      yield header(name, 0, FOLDER);
      continue;
    }
    yield header(name, size, REGULAR);
    let written = 0;
    for await (const chunk of createReadStream(file)) {
      written += (chunk as Uint8Array).length;
      yield chunk as Uint8Array;
    }
    if (written !== size) throw new TarError(`${name} changed while it was read`);
    yield new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);
  }
  yield new Uint8Array(2 * BLOCK);
}

/**
 * Writes the files of an archive into a folder, and nowhere else.
 * @throws TarError for anything but what `packFolder` makes
 */
export async function unpackFolder(archive: AsyncIterable<Uint8Array>, folder: string): Promise<void> {
  const source = new ByteSource(archive);
  for (;;) {
    const block = await source.take(BLOCK);
    if (block.every((byte) => byte === 0)) return;
    const { name, size, type } = readHeader(block);
    const file = path.join(folder, name);
    if (type === FOLDER) {
      await mkdir(file, { recursive: true });
      continue;
    }
    await mkdir(path.dirname(file), { recursive: true });
    await pipeline(source.chunks(size), createWriteStream(file));
    await source.take((BLOCK - (size % BLOCK)) % BLOCK);
  }
}

async function namesIn(folder: string, prefix: string): Promise<string[]> {
  const names: string[] = [];
  const entries = await readdir(path.join(folder, prefix), { withFileTypes: true });
  for (const entry of entries.sort((left, right) => (left.name < right.name ? -1 : 1))) {
    const name = `${prefix}${entry.name}`;
    if (entry.isDirectory()) names.push(`${name}/`, ...(await namesIn(folder, `${name}/`)));
    else if (entry.isFile()) names.push(name);
  }
  return names;
}

function header(name: string, size: number, type: string): Uint8Array {
  const bytes = Buffer.alloc(BLOCK);
  if (Buffer.byteLength(name) > NAME_BYTES) throw new TarError(`the name ${name} is too long`);
  bytes.write(name, 0);
  bytes.write(type === FOLDER ? "0000755\0" : "0000644\0", 100);
  bytes.write("0000000\0".repeat(2), 108);
  bytes.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  bytes.write(`${"0".repeat(11)}\0`, 136);
  bytes.write(`${type}`, 156);
  bytes.write("ustar\x0000", 257);
  bytes.write(`${checksum(bytes).toString(8).padStart(6, "0")}\0 `, 148);
  return bytes;
}

function readHeader(bytes: Uint8Array): { readonly name: string; readonly size: number; readonly type: string } {
  const text = (from: number, length: number) =>
    Buffer.from(bytes.subarray(from, from + length))
      .toString("utf8")
      .replace(/\0.*$/s, "");
  if (Number.parseInt(text(148, 8), 8) !== checksum(bytes)) throw new TarError("the checksum of a header is wrong");
  const [name, size, type] = [text(0, NAME_BYTES), text(124, 12), text(156, 1)];
  if (!isInside(name) || (type !== REGULAR && type !== FOLDER))
    throw new TarError(`there is an entry ${JSON.stringify(name)}`);
  if (!/^[0-7]{11}$/.test(size)) throw new TarError("the size of an entry is malformed");
  return { name, size: Number.parseInt(size, 8), type };
}

/** A plain relative path that does not leave its folder. */
function isInside(name: string): boolean {
  const parts = name.replace(/\/$/, "").split("/");
  return !name.includes("\\") && parts.every((part) => part !== "" && part !== "." && part !== "..");
}

/** The sum of a header's bytes, its own checksum taken as spaces. */
function checksum(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte, index) => sum + (index >= 148 && index < 156 ? 0x20 : byte), 0);
}

/** Bytes of a stream in portions of chosen sizes. */
class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  /** @throws TarError where the stream ends before */
  async take(length: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for await (const chunk of this.chunks(length)) parts.push(chunk);
    return Buffer.concat(parts);
  }

  /** The same in the pieces in which it comes. */
  async *chunks(length: number): AsyncGenerator<Uint8Array> {
    for (let left = length; left > 0; ) {
      if (this.#rest.length === 0) {
        const next = await this.#chunks.next();
        if (next.done === true) throw new TarError("it ends in the middle");
        this.#rest = next.value;
      }
      const chunk = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(chunk.length);
      left -= chunk.length;
      yield chunk;
    }
  }
}
