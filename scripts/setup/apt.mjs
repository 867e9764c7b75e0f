/**
 * Debian's packages, where this process may install them.
 */
import { run, which } from "./command.mjs";

let updated = false;

/** Whether this process may install packages. */
export function mayInstall() {
  return process.getuid?.() === 0 && which("apt-get") !== undefined;
}

/** Whether apt offers all of these packages, after looking for news once. */
export async function offersPackages(names) {
  if (await hasCandidates(names)) return true;
  if (updated) return false;
  await run("apt-get", ["update"]);
  updated = true;
  return await hasCandidates(names);
}

async function hasCandidates(names) {
  const policy = await run("apt-cache", ["policy", ...names]);
  return names.every((name) => new RegExp(`^${name}:\\n.*\\n  Candidate: \\d`, "m").test(policy));
}

/**
 * @param {string[]} names
 * @param {(line: string) => void} report
 * @param {string} [hint] for a failure
 */
export async function installPackages(names, report, hint) {
  await offersPackages(names);
  await run("apt-get", ["install", "-y", "--no-install-recommends", ...names], {
    onLine: report,
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    hint,
  });
}
