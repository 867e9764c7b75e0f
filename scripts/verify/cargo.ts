import path from "node:path";
import { ensureNativeRust, type NativeRust } from "../setup/native-rust.mjs";
import { withoutRustSettings } from "../setup/wasm-toolchain.mjs";
import { ROOT } from "./root.ts";
import { type Ended, stream } from "./stream.ts";

/** The Cargo workspaces of this repository. */
export const WORKSPACES = ["enclave-wasm", "contracts"] as const;

let native: Promise<NativeRust> | undefined;

/** The toolchain for tests and lints, looked for once. */
export function nativeRust(): Promise<NativeRust> {
  native ??= ensureNativeRust(ROOT);
  return native;
}

/** Runs cargo in a workspace. */
export async function cargo(workspace: string, args: readonly string[]): Promise<Ended> {
  const { bin } = await nativeRust();
  const inherited = withoutRustSettings(process.env) as NodeJS.ProcessEnv;
  const env: NodeJS.ProcessEnv = { ...inherited, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ""}` };
  return stream(path.join(bin, "cargo"), args, { cwd: path.join(ROOT, workspace), env });
}
