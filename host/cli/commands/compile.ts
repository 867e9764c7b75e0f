import { defineCommand } from "../command.ts";

/** `enigma compile`: from Rust sources to artifacts and types. */
export const command = defineCommand({
  name: "compile",
  description: [
    "Makes artifacts/<name>.json (module, ABI, code hash, gas of a deployment, toolchain, source hash) and, beside it, <name>.ts with",
    "types for tests. What has not changed is not compiled. A module that no enclave would run is refused here.",
  ].join("\n"),
  positionals: {
    name: { summary: "contracts, or their folders (default: all of the project)", many: true, optional: true },
  },
  options: {
    watch: { summary: "compile again whenever a source changes" },
    force: { summary: "compile also what has not changed" },
  },
  examples: [
    { command: "enigma compile", summary: "Compiles what has changed." },
    { command: "enigma compile counter --force", summary: "Compiles one contract in any case." },
    { command: "enigma compile --watch --json", summary: "Tells every build on a line of its own." },
  ],
  stops: "itself",
  async run({ positionals, options, out, stop, cwd }) {
    const { loadProject } = await import("../../project/load-config.ts");
    const { compileOnce, compiledJson, compiledText } = await import("../compile-output.ts");
    const project = await loadProject(cwd);
    const wanted = { project, names: positionals.name, force: options.force };
    if (options.watch) {
      const { watchAndCompile } = await import("../compile-output.ts");
      await watchAndCompile(wanted, out, stop);
      return undefined;
    }
    const done = await compileOnce(wanted, out, stop);
    return { json: compiledJson(done, project), text: compiledText(done, project, cwd, out.style) };
  },
});
