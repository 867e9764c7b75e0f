import { ensureRust } from "../../scripts/setup/rust.mjs";
import type { Toolchain } from "../../scripts/setup/wasm-toolchain.mjs";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { PACKAGE_ROOT } from "./package-root.ts";

let found: Promise<Toolchain> | undefined;

/**
 * A Rust that compiles for WebAssembly; got where rustup or apt can.
 *
 * @throws `rust-missing` with the commands that install it
 */
export function rustToolchain(): Promise<Toolchain> {
  found ??= ensureRust(PACKAGE_ROOT).catch((error: unknown) => {
    found = undefined;
    throw asMissing(error);
  });
  return found;
}

function asMissing(error: unknown): unknown {
  const { code, message, hint } = error as { code?: string; message: string; hint?: string };
  if (code !== "rust-missing" && code !== "rust-too-old") return error;
  return Object.assign(new EnigmaError("rust-missing", { detail: message, cause: error }), { hint });
}
