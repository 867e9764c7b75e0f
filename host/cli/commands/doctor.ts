import { defineCommand } from "../command.ts";

export const command = defineCommand({
  name: "doctor",
  description: "Exit code 1 if something is missing that every command needs; Rust is needed to compile only.",
  positionals: {},
  options: {},
  examples: [
    { command: "enigma doctor", summary: "Checks Node, Rust, blockchain, enclave, ports, disk and the project." },
  ],
  stops: "at-once",
  async run({ out, cwd }) {
    const { examine } = await import("../doctor/examine.ts");
    return examine(cwd, out);
  },
});
