// `enigma compile` on a machine without Rust, which no test can make of this one: what looks for Rust finds none here.

import { expect, it, vi } from "vitest";
import { SetupError } from "../../scripts/setup/setup-error.mjs";
import { runCapturedIn } from "../cli/captured-terminal.ts";
import { TinyProject, world } from "./tiny-project.ts";

const HINT = "rustup target add wasm32-unknown-unknown";

vi.mock("../../scripts/setup/rust.mjs", () => ({
  ensureRust: () => Promise.reject(new SetupError("rust-missing", "Rust is missing.", HINT)),
}));

it("on a machine without Rust names the commands that install it", async () => {
  const project = new TinyProject({ one: world("at") });
  const { stdout, stderr, status } = await runCapturedIn({ cwd: project.folder }, "compile", "--json");
  project.remove();
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: "rust-missing", hint: HINT } });
  expect(stderr).toContain(HINT);
});
