// `enigma build` on small crates of their own, made of nothing but what the contract world asks for.

import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keccak } from "../../host/protocol/keccak.ts";

const ENIGMA = fileURLToPath(new URL("../../host/cli/enigma.ts", import.meta.url));

const MANIFEST = `[package]
name = "tiny-contract"
version = "0.1.0"
edition = "2024"

[lib]
crate-type = ["cdylib"]

[workspace]
`;

const ABI =
  '[{"type":"function","name":"answer","stateMutability":"view","inputs":[],"outputs":[{"name":"","type":"uint8"}]}]';

/** The exports of every contract, in Rust; `body` is what `call` returns. */
const world = (body: string, more = "") => `#![no_std]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! { loop {} }
#[unsafe(no_mangle)] pub extern "C" fn deploy(_: i32, _: i32) -> i32 { 0 }
#[unsafe(no_mangle)] pub extern "C" fn call(at: i32, _: i32) -> i32 { ${body} }
#[unsafe(no_mangle)] pub extern "C" fn cabi_realloc(_: i32, _: i32, _: i32, _: i32) -> i32 { 0 }
${more}`;

const SECTION = `#[used] #[unsafe(link_section = "enigma-abi")] static ABI: [u8; ${ABI.length}] = *br#"${ABI}"#;`;

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "enigma-build-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), text);
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function build(...args: string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [ENIGMA, "build", ...args], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

describe("the compile step", () => {
  it("makes module and interface, and says what is in them", async () => {
    write("Cargo.toml", MANIFEST);
    write("src/lib.rs", world("at", SECTION));
    const { code, stdout, stderr } = await build();
    expect([code, stderr.includes("built in")]).toEqual([0, true]);
    const module = readFileSync(path.join(folder, "dist/tiny-contract/tiny-contract.wasm"));
    expect(JSON.parse(readFileSync(path.join(folder, "dist/tiny-contract/abi.json"), "utf8"))).toEqual(JSON.parse(ABI));
    expect(stdout).toContain(path.join("dist", "tiny-contract", "tiny-contract.wasm"));
    expect(stdout).toContain(keccak(module));
    expect(stdout).toContain("answer() view returns (uint8)");
    expect(module.includes(folder)).toBe(false);
  });

  it("refuses a module with an unknown import, by its rule, and leaves nothing", async () => {
    write("Cargo.toml", MANIFEST);
    const imported = '#[link(wasm_import_module = "clock")] unsafe extern "C" { safe fn now() -> i32; }';
    write("src/lib.rs", world("at + now()", `${SECTION}\n${imported}`));
    const { code, stdout, stderr } = await build();
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^module-import-unknown: .* at byte 0x[0-9a-f]+: .*now.*\n.+/m);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(existsSync(path.join(folder, "dist/tiny-contract"))).toBe(false);
  });

  it("refuses a module with SIMD, and names function and offset", async () => {
    write("Cargo.toml", MANIFEST);
    write(".cargo/config.toml", '[target.wasm32-unknown-unknown]\nrustflags = ["-C", "target-feature=+simd128"]\n');
    const vector = `use core::arch::wasm32::*;
      #[inline(never)] fn add_lanes(at: i32) -> i32 {
        let sum = i32x4_add(i32x4_splat(at), i32x4(1, 2, 3, at));
        i32x4_extract_lane::<0>(sum).wrapping_mul(i32x4_extract_lane::<3>(sum))
      }`;
    write("src/lib.rs", world("add_lanes(at)", `${SECTION}\n${vector}`));
    const { code, stderr } = await build(folder);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^module-feature-simd: .* in function `call` at byte 0x[0-9a-f]+: .*\n.+/m);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it("refuses a module that asks for too much memory", async () => {
    write("Cargo.toml", MANIFEST);
    const large = "static mut LARGE: [u8; 17 << 20] = [0; 17 << 20];";
    write(
      "src/lib.rs",
      world("unsafe { (&raw mut LARGE).cast::<u8>().add(at as usize).read_volatile() as i32 }", `${SECTION}\n${large}`),
    );
    const { code, stderr } = await build();
    expect([code, stderr.match(/^module-[\w-]+/m)?.[0]]).toEqual([1, "module-memory-too-large"]);
  });

  it("refuses a module without an interface", async () => {
    write("Cargo.toml", MANIFEST);
    write("src/lib.rs", world("at"));
    const { code, stderr } = await build();
    expect([code, stderr.match(/^abi-missing/m)?.[0]]).toEqual([1, "abi-missing"]);
  });

  it("shows what the compiler says", async () => {
    write("Cargo.toml", MANIFEST);
    write("src/lib.rs", world('"text"'));
    const { code, stderr } = await build();
    expect(code).toBe(1);
    expect(stderr).toContain("mismatched types");
    expect(stderr).toMatch(/^command-failed: /m);
  });

  it("says that a folder holds no contract", async () => {
    const missing = await build("nowhere");
    expect([missing.code, missing.stderr.match(/^crate-missing/m)?.[0]]).toEqual([1, "crate-missing"]);
    write("Cargo.toml", MANIFEST.replace('crate-type = ["cdylib"]', ""));
    write("src/lib.rs", "");
    const library = await build();
    expect([library.code, library.stderr.match(/^crate-not-cdylib/m)?.[0]]).toEqual([1, "crate-not-cdylib"]);
  });

  it("explains itself and refuses unknown options", async () => {
    expect(await build("--help")).toMatchObject({ code: 0, stdout: expect.stringContaining("enigma build") });
    expect(await build("--fast")).toMatchObject({ code: 2, stderr: expect.stringContaining("cli-usage") });
  });
});
