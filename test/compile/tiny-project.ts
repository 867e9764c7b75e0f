/** Projects of contracts that are made of nothing but what the contract world asks for: cargo has them in a moment. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const ABI =
  '[{"type":"function","name":"answer","stateMutability":"view","inputs":[],"outputs":[{"name":"","type":"uint8"}]}]';

export const INTERFACE = `#[used] #[unsafe(link_section = "enigma-abi")] static ABI: [u8; ${ABI.length}] = *br#"${ABI}"#;`;

/** The exports of every contract; `body` is what `call` returns. */
export const world = (body: string, more = INTERFACE): string => `#![no_std]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! { loop {} }
#[unsafe(no_mangle)] pub extern "C" fn deploy(_: i32, _: i32) -> i32 { 0 }
#[unsafe(no_mangle)] pub extern "C" fn call(at: i32, _: i32) -> i32 { ${body} }
#[unsafe(no_mangle)] pub extern "C" fn cabi_realloc(_: i32, _: i32, _: i32, _: i32) -> i32 { 0 }
${more}
`;

const manifest = (name: string) => `[package]
name = "${name}"
version = "0.1.0"
edition = "2024"

[lib]
crate-type = ["cdylib"]
`;

export class TinyProject {
  readonly folder: string = realpathSync(mkdtempSync(path.join(tmpdir(), "enigma-project-")));

  constructor(contracts: Readonly<Record<string, string>>) {
    this.write("enigma.config.ts", "export default {};\n");
    this.write("Cargo.toml", '[workspace]\nresolver = "3"\nmembers = ["contracts/*"]\n');
    for (const [name, source] of Object.entries(contracts)) {
      this.write(`contracts/${name}/Cargo.toml`, manifest(name));
      this.write(`contracts/${name}/src/lib.rs`, source);
    }
  }

  write(file: string, text: string): void {
    const place = path.join(this.folder, file);
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, text);
  }

  place(...parts: string[]): string {
    return path.join(this.folder, ...parts);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
