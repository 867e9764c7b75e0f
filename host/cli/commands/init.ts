import { defineCommand } from "../command.ts";

/** `enigma init`: a project that passes its tests at once. */
export const command = defineCommand({
  name: "init",
  description: [
    "Makes a project: a Rust contract with native tests, TypeScript tests, configuration, README. Its contract is compiled already,",
    "so that `npm test` passes before there is any Rust.",
  ].join("\n"),
  positionals: { dir: { summary: "the project's folder; made where it is missing" } },
  options: {
    template: { value: "NAME", summary: "what it begins with: minimal, auction", default: "minimal" },
    package: { value: "SPEC", summary: "what npm installs as enigma-simulator (default: as this one was installed)" },
    force: { summary: "write into a folder that is not empty" },
  },
  examples: [
    { command: "enigma init app", summary: "Makes a project with a counter." },
    { command: "enigma init auction --template auction --json", summary: "Makes one with a sealed-bid auction." },
  ],
  stops: "at-once",
  async run({ positionals, options, cwd, out }) {
    const path = await import("node:path");
    const { PACKAGE_ROOT } = await import("../../compile/package-root.ts");
    const { makeProject } = await import("../../project/new-project.ts");
    const { installedSpec } = await import("../../project/installed-spec.ts");
    const { didYouMean } = await import("../../project/suggestion.ts");
    const { templatesOf } = await import("../../project/templates.ts");
    const { EnigmaError } = await import("../../protocol/errors/enigma-error.ts");
    const templates = templatesOf(PACKAGE_ROOT);
    const template = templates.find(({ name }) => name === options.template);
    if (template === undefined) {
      const names = templates.map(({ name }) => name);
      const detail = `There is no template "${options.template}".${didYouMean(options.template, names)} There are: ${names.join(", ")}.`;
      throw new EnigmaError("cli-usage", { detail });
    }
    const folder = path.resolve(cwd, positionals.dir);
    const packageSpec = options.package ?? (await installedSpec(PACKAGE_ROOT, folder));
    const files = await makeProject({ folder, template, packageRoot: PACKAGE_ROOT, packageSpec, force: options.force });
    const next = [...(folder === cwd ? [] : [`cd ${path.relative(cwd, folder)}`]), "npm install", "npm test"];
    return {
      json: { folder, template: template.name, files, next },
      text: [
        `Made ${out.style.bold(path.relative(cwd, folder) || ".")}: ${template.summary}. Now type:`,
        "",
        ...next.map((line) => `  ${line}`),
      ].join("\n"),
    };
  },
});
