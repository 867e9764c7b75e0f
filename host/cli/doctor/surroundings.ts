/** The machine and the folder that commands run in. */
import { statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { Gateway } from "../../client/gateway.ts";
import { USUAL_PORTS } from "../../network/network-ports.ts";
import { artifactNames } from "../../project/artifact.ts";
import { findConfig, loadProject } from "../../project/load-config.ts";
import { EnigmaError } from "../../protocol/errors/enigma-error.ts";
import type { Finding } from "./finding.ts";

/** A network and its blocks take some tens of megabytes, compiling contracts some hundreds. */
const LEAST_FREE_BYTES = 1 << 30;

/** The ports of `enigma start`: free, or taken by the local network. */
export async function findPorts(): Promise<Finding> {
  const what = "ports";
  const ports = [USUAL_PORTS.chain, USUAL_PORTS.principal, USUAL_PORTS.firstWorker];
  if (await isRunning()) return { what, found: `${ports.join(", ")}: a local network runs`, state: "fine" };
  const taken = (await Promise.all(ports.map(async (port) => ((await isFree(port)) ? [] : [port])))).flat();
  if (taken.length === 0) return { what, found: `${ports.join(", ")} are free`, state: "fine" };
  return {
    what,
    found: `${taken.join(", ")} in use by another program`,
    state: "lacking",
    mend: "enigma start --any-port",
  };
}

export async function findDisk(cwd: string): Promise<Finding[]> {
  const folders = [
    ["disk", cwd],
    ["disk (temporary)", tmpdir()],
  ] as const;
  return Promise.all(
    folders.map(async ([what, folder]): Promise<Finding> => {
      const { bavail, bsize } = await statfs(folder);
      const free = bavail * bsize;
      const found = `${(free / (1 << 30)).toFixed(1)} GiB free at ${folder}`;
      if (free >= LEAST_FREE_BYTES) return { what, found, state: "fine" };
      return { what, found, state: "lacking", mend: "make room: 1 GiB is enough" };
    }),
  );
}

/** The project that the folder belongs to. */
export async function findProject(cwd: string): Promise<Finding> {
  const what = "project";
  if (findConfig(cwd) === undefined)
    return { what, found: "none in this folder or above", state: "lacking", mend: "enigma init my-project" };
  try {
    const project = await loadProject(cwd);
    const names = artifactNames(project.artifacts);
    const compiled = names.length === 0 ? "nothing compiled yet" : `compiled: ${names.join(", ")}`;
    return {
      what,
      found: `${project.root}, ${compiled}`,
      state: "fine",
      ...(names.length === 0 ? { mend: "enigma compile" } : {}),
    };
  } catch (error) {
    if (!(error instanceof EnigmaError)) throw error;
    return { what, found: error.message, state: "missing", mend: error.hint };
  }
}

async function isRunning(): Promise<boolean> {
  try {
    await new Gateway(`http://127.0.0.1:${USUAL_PORTS.firstWorker}`, globalThis.fetch).info();
    return true;
  } catch {
    return false;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
