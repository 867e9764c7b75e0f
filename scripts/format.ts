/** `npm run format`: applies the formatters of all languages, and the linter's safe fixes. */
import { cargo, WORKSPACES } from "./verify/cargo.ts";
import { tool } from "./verify/tool.ts";

const codes = [(await tool("@biomejs/biome/bin/biome", ["check", "--write"])).code];
for (const workspace of WORKSPACES) codes.push((await cargo(workspace, ["fmt", "--all"])).code);
process.exitCode = Math.max(...codes);
