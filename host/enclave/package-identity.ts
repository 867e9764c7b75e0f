/** Which enclave an installed package is, without starting it. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { measure } from "../../enclave-wasm/platform/hardware/measure.ts";
import { readPackageFiles, SIGNATURE_STRUCTURE } from "../../enclave-wasm/platform/hardware/package-files.ts";
import { readSignatureStructure } from "../../enclave-wasm/platform/hardware/signature-structure.ts";
import { type Hash, hashFromBytes } from "../protocol/hex.ts";
import { type EnclavePackage, packageFolder } from "./package-folder.ts";

/** What a verifier pins of an enclave. */
export interface PackageIdentity {
  readonly mrEnclave: Hash;
  readonly mrSigner: Hash;
  readonly isvProdId: number;
  readonly isvSvn: number;
  readonly debug: boolean;
  /** Whether the files are those that were signed. */
  readonly isWhole: boolean;
}

/** Measures an installed package. @throws Error where it is not there; HardwareError `enclave-signature` */
export function packageIdentity(name: EnclavePackage): PackageIdentity {
  const folder = packageFolder(name);
  const signed = readSignatureStructure(readFileSync(path.join(folder, SIGNATURE_STRUCTURE)));
  const isWhole = Buffer.compare(measure(readPackageFiles(folder)), signed.mrEnclave) === 0;
  const { isvProdId, isvSvn, debug } = signed;
  const [mrEnclave, mrSigner] = [hashFromBytes(signed.mrEnclave), hashFromBytes(signed.mrSigner)];
  return { mrEnclave, mrSigner, isvProdId, isvSvn, debug, isWhole };
}
