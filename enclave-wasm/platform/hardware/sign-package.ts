/**
 * Signs a built enclave package: measures its files and writes its signature structure beside them.
 *
 *     node sign-package.ts <package folder> [--debug]
 */
import { renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { measure } from "./measure.ts";
import { readPackageFiles, SIGNATURE_STRUCTURE } from "./package-files.ts";
import { signEnclave } from "./signature-structure.ts";

/** Enclaves of this network are one product of the simulation's author, in its first security version. */
const PRODUCT = 1;
const SECURITY_VERSION = 1;

const [folder, flag] = process.argv.slice(2);
if (folder === undefined || (flag !== undefined && flag !== "--debug")) {
  process.stderr.write("usage: sign-package.ts <package folder> [--debug]\n");
  process.exit(2);
}
const mrEnclave = measure(readPackageFiles(folder));
const structure = signEnclave({
  mrEnclave,
  isvProdId: PRODUCT,
  isvSvn: SECURITY_VERSION,
  debug: flag === "--debug",
});
const place = path.join(folder, SIGNATURE_STRUCTURE);
writeFileSync(`${place}.tmp`, structure);
renameSync(`${place}.tmp`, place);
