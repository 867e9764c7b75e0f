import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type EnclaveHardware, openHardware } from "../../enclave-wasm/platform/hardware/hardware.ts";
import { measure } from "../../enclave-wasm/platform/hardware/measure.ts";
import { signEnclave } from "../../enclave-wasm/platform/hardware/signature-structure.ts";
import { codeOf, FILES, launch, temporaryFolder } from "./enclave-package.ts";

const KEY_ID = new Uint8Array(32);
const SEED = new Uint8Array(32).fill(5);
const MR_ENCLAVE = 112;
const MR_SIGNER = 176;
const ISV_PROD_ID = 304;
const REPORT_DATA = 368;

const nvram = (folder: string) => path.join(folder, "nvram.bin");
const enclaveKey = (hardware: EnclaveHardware) => hardware.sealKey("mrenclave", 2, KEY_ID);

describe("a machine", () => {
  it("keeps its keys and counters over a restart", () => {
    const folder = temporaryFolder();
    const before = launch(folder);
    before.counterIncrement();
    before.counterIncrement();
    const after = launch(folder);
    expect(after.counterRead()).toBe(2n);
    expect(after.sealKey("mrsigner", 1, KEY_ID)).toEqual(before.sealKey("mrsigner", 1, KEY_ID));
    expect(after.quote(new Uint8Array(64))).toEqual(before.quote(new Uint8Array(64)));
    expect(after.collateral()).toEqual(before.collateral());
  });

  it("shares no key and no counter with another one", () => {
    const [one, other] = [launch(temporaryFolder()), launch(temporaryFolder())];
    one.counterIncrement();
    expect(other.counterRead()).toBe(0n);
    expect(enclaveKey(one)).not.toEqual(enclaveKey(other));
    expect(one.random(32)).not.toEqual(other.random(32));
  });

  it("is its owner's alone on disk", () => {
    const folder = path.join(temporaryFolder(), "new");
    launch(folder);
    expect(statSync(nvram(folder)).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder)).toEqual(["nvram.bin"]);
  });

  it("follows from its seed in every byte", () => {
    const [one, other] = [temporaryFolder(), temporaryFolder()].map((folder) => launch(folder, {}, { seed: SEED }));
    expect(one?.random(100)).toEqual(other?.random(100));
    expect(one?.quote(new Uint8Array(64))).toEqual(other?.quote(new Uint8Array(64)));
  });

  it("does not repeat random bytes of its seed after a restart", () => {
    const whole = launch(temporaryFolder(), {}, { seed: SEED }).random(96);
    const folder = temporaryFolder();
    const pieces = [32, 1, 63].map((length) => launch(folder, {}, { seed: SEED }).random(length));
    expect(new Uint8Array(Buffer.concat(pieces))).toEqual(whole);
  });

  it("does not open under another seed", () => {
    const folder = temporaryFolder();
    launch(folder, {}, { seed: SEED });
    const unseeded = temporaryFolder();
    launch(unseeded);
    const before = readFileSync(nvram(folder));
    expect(codeOf(() => openHardware(folder, { seed: KEY_ID }))).toBe("platform-seed");
    expect(codeOf(() => openHardware(unseeded, { seed: KEY_ID }))).toBe("platform-seed");
    expect(readFileSync(nvram(folder))).toEqual(before);
  });

  it("refuses a seed of another length and stores nothing", () => {
    const folder = temporaryFolder();
    expect(codeOf(() => openHardware(folder, { seed: new Uint8Array(31) }))).toBe("platform-argument");
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("a machine's stored state", () => {
  it("is refused with any byte altered, and left as it is", () => {
    const folder = temporaryFolder();
    launch(folder).counterIncrement();
    const stored = readFileSync(nvram(folder));
    const alterations = fc.tuple(fc.nat(stored.length - 1), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(alterations, ([offset, difference]) => {
        const altered = stored.map((byte, index) => (index === offset ? byte ^ difference : byte));
        writeFileSync(nvram(folder), altered);
        const code = offset === 8 || offset === 9 ? "platform-version" : "platform-altered";
        expect(codeOf(() => openHardware(folder))).toBe(code);
        expect(readFileSync(nvram(folder))).toEqual(Buffer.from(altered));
      }),
      { numRuns: 60 },
    );
  });

  it("is refused when it is cut, empty or something else", () => {
    const folder = temporaryFolder();
    launch(folder);
    const stored = readFileSync(nvram(folder));
    for (const content of [stored.subarray(0, stored.length - 1), new Uint8Array(0), "not a machine at all"]) {
      writeFileSync(nvram(folder), content);
      expect(codeOf(() => openHardware(folder))).toBe("platform-altered");
    }
  });

  it("stops the machine when it is replaced under it", () => {
    const folder = temporaryFolder();
    const running = launch(folder);
    const second = launch(folder);
    second.counterIncrement();
    expect(codeOf(() => running.counterIncrement())).toBe("platform-altered");
    expect(
      codeOf(() => running.counterRead()),
      "it stays stopped",
    ).toBe("platform-altered");
    expect(codeOf(() => enclaveKey(running))).toBe("platform-altered");
    expect(launch(folder).counterRead()).toBe(1n);
  });

  it("stops the machine when it vanishes under it", () => {
    const folder = temporaryFolder();
    const running = launch(folder);
    rmSync(nvram(folder));
    expect(codeOf(() => running.counterIncrement())).toBe("platform-altered");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("cannot be opened or made where a folder is a file", () => {
    const file = path.join(temporaryFolder(), "file");
    writeFileSync(file, "");
    expect(codeOf(() => openHardware(file))).toBe("platform-read-failed");
  });

  it("survives a kill between the write of the next state and its taking effect", () => {
    const folder = temporaryFolder();
    launch(folder).counterIncrement();
    for (const remnant of [new Uint8Array(0), readFileSync(nvram(folder)).subarray(0, 50)]) {
      writeFileSync(`${nvram(folder)}.next`, remnant);
      expect(launch(folder).counterRead()).toBe(1n);
    }
    expect(launch(folder).counterIncrement()).toBe(2n);
    expect(readdirSync(folder)).toEqual(["nvram.bin"]);
  });
});

describe("an enclave's hardware", () => {
  it("quotes the identity that was measured and signed", () => {
    const hardware = launch(temporaryFolder(), { isvProdId: 0x102, isvSvn: 7, debug: true });
    const reportData = new Uint8Array(64).map((_, index) => index);
    const quote = hardware.quote(reportData);
    expect(hardware.identity.mrEnclave).toEqual(measure(FILES));
    expect(quote.subarray(MR_ENCLAVE, MR_ENCLAVE + 32)).toEqual(hardware.identity.mrEnclave);
    expect(quote.subarray(MR_SIGNER, MR_SIGNER + 32)).toEqual(hardware.identity.mrSigner);
    expect(quote.subarray(ISV_PROD_ID, ISV_PROD_ID + 4)).toEqual(new Uint8Array([2, 1, 7, 0]));
    expect(quote.subarray(REPORT_DATA, REPORT_DATA + 64)).toEqual(reportData);
    expect((quote[96] ?? 0) & 2, "the debug attribute").toBe(2);
  });

  it("is not given to files that were not signed", () => {
    const hardware = openHardware(temporaryFolder());
    const structure = signEnclave({ mrEnclave: measure(FILES), isvProdId: 1, isvSvn: 1, debug: false });
    const [first, second] = FILES;
    if (first === undefined || second === undefined) throw new Error("the package has two files");
    const altered = [first, { ...second, bytes: new Uint8Array([1]) }];
    expect(codeOf(() => hardware.launch(altered, structure))).toBe("enclave-measurement");
    expect(codeOf(() => hardware.launch([first], structure))).toBe("enclave-measurement");
    expect(codeOf(() => hardware.launch(FILES, structure.subarray(1)))).toBe("enclave-signature");
    expect(hardware.launch(FILES, structure).identity.isvSvn).toBe(1);
  });

  it("gives a newer enclave of the same author the older one's keys and counter, and no other", () => {
    const folder = temporaryFolder();
    const older = launch(folder);
    older.counterIncrement();
    const files = [...FILES, { name: "runtime/new.js", bytes: new Uint8Array([1]) }];
    const newer = launch(folder, { files, isvSvn: 3 });
    expect(newer.counterRead()).toBe(1n);
    expect(newer.sealKey("mrsigner", 2, KEY_ID)).toEqual(older.sealKey("mrsigner", 2, KEY_ID));
    expect(enclaveKey(newer)).not.toEqual(enclaveKey(older));
    expect(codeOf(() => older.sealKey("mrsigner", 3, KEY_ID))).toBe("platform-svn");

    const strangers = [{ author: SEED }, { debug: true }, { isvProdId: 9 }].map((change) => launch(folder, change));
    for (const stranger of strangers) {
      expect(stranger.counterRead()).toBe(0n);
      expect(stranger.sealKey("mrsigner", 2, KEY_ID)).not.toEqual(older.sealKey("mrsigner", 2, KEY_ID));
    }
  });

  it("refuses arguments of a wrong length or out of range", () => {
    const hardware = launch(temporaryFolder(), {}, { seed: SEED });
    const calls = [
      () => hardware.quote(new Uint8Array(63)),
      () => hardware.sealKey("mrenclave", 1, new Uint8Array(31)),
      () => hardware.sealKey("mrenclave", -1, KEY_ID),
      () => hardware.sealKey("mrenclave", 65_536 + 1, KEY_ID),
      () => hardware.sealKey("another" as "mrenclave", 1, KEY_ID),
      () => hardware.random(-1),
      () => hardware.random(1.5),
      () => hardware.random(65_537),
    ];
    for (const call of calls) expect(codeOf(call)).toBe("platform-argument");
    expect(hardware.random(0)).toEqual(new Uint8Array(0));
  });

  it("cannot be altered by the enclave", () => {
    const hardware = launch(temporaryFolder());
    expect(Object.isFrozen(hardware)).toBe(true);
    expect(Object.isFrozen(hardware.identity)).toBe(true);
    hardware.identity.mrEnclave.fill(0);
    const quoted = hardware.quote(new Uint8Array(64)).subarray(MR_ENCLAVE, MR_ENCLAVE + 32);
    expect(quoted).toEqual(measure(FILES));
  });
});
