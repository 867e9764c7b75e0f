/** What `enigma compile` shows of its work. */
import path from "node:path";
import { type CompiledContract, type CompileOptions, compileProject } from "../compile/compile.ts";
import { artifactFile } from "../project/artifact.ts";
import type { Project } from "../project/project.ts";
import { reportFailure } from "./failure-report.ts";
import { grouped } from "./grouped.ts";
import type { Output } from "./output.ts";
import type { Style } from "./style.ts";

type Wanted = Pick<CompileOptions, "project" | "names" | "force">;

/** Compiles, and shows rustc's warnings as they come. @throws as `compileProject` */
export async function compileOnce(wanted: Wanted, out: Output, stop: AbortSignal): Promise<CompiledContract[]> {
  const colour = out.noteStyle.bold("") !== "";
  return out.during("compiling", (say) =>
    compileProject({
      ...{ ...wanted, stop, say, colour },
      onContract: ({ warnings }) => {
        for (const warning of warnings) out.note(warning.trimEnd());
      },
    }),
  );
}

/** Compiles now and after every change, until it is stopped. A build that fails is told, and the next change awaited. */
export async function watchAndCompile(wanted: Wanted, out: Output, stop: AbortSignal): Promise<void> {
  const { watchSources } = await import("../compile/watch.ts");
  const { project } = wanted;
  let first = true;
  const build = async () => {
    try {
      const done = await compileOnce(wanted, out, stop);
      // A file that was saved as it was is no news.
      if (!first && done.every(({ built }) => !built)) return;
      first = false;
      if (out.json) out.record(compiledJson(done, project));
      else out.print(compiledText(done, project, project.root, out.style));
    } catch (error) {
      stop.throwIfAborted();
      reportFailure(error, out);
    }
    if (!out.json) out.note("watching for changes; Ctrl-C ends it");
  };
  await watchSources(project, build, stop);
}

export function compiledJson(done: readonly CompiledContract[], project: Project): object {
  return {
    contracts: done.map(({ artifact, built, milliseconds }) => ({
      ...{ name: artifact.name, built, codeHash: artifact.codeHash, bytes: artifact.module.length },
      ...{ deploymentGas: artifact.deploymentGas, sourceHash: artifact.sourceHash, toolchain: artifact.toolchain },
      ...{ artifact: artifactFile(project.artifacts, artifact.name), milliseconds: Math.round(milliseconds) },
    })),
  };
}

export function compiledText(done: readonly CompiledContract[], project: Project, cwd: string, style: Style): string {
  const width = Math.max(...done.map(({ artifact }) => artifact.name.length));
  const lines = done.map(({ artifact, built, milliseconds }) => {
    const size = `${grouped(artifact.module.length)} bytes`;
    const when = built ? `compiled in ${(milliseconds / 1000).toFixed(1)} s` : "unchanged";
    return `${style.bold(artifact.name.padEnd(width))}  ${artifact.codeHash}  ${size.padStart(13)}  ${when}`;
  });
  const folder = path.relative(cwd, project.artifacts) || ".";
  return [...lines, style.dim(`artifacts in ${folder.startsWith("..") ? project.artifacts : folder}`)].join("\n");
}
