import { cargo } from "./cargo.ts";
import { strictTally, type Tally } from "./tally.ts";

/** Runs the Rust tests of a workspace and counts them. */
export async function runCargoTests(workspace: string): Promise<Tally> {
  const suite = `cargo test ${workspace}`;
  console.log(`\n== ${suite}`);
  const { code, stdout } = await cargo(workspace, ["test", "--locked", "--workspace", "--no-fail-fast"]);
  let passed = 0;
  let failed = 0;
  for (const [, ok, bad] of stdout.matchAll(/^test result: \w+\. (\d+) passed; (\d+) failed;/gm)) {
    passed += Number(ok);
    failed += Number(bad);
  }
  return strictTally(suite, code, passed, failed);
}
