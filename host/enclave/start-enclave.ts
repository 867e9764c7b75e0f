/**
 * Starts an enclave and gives it its keys: fresh ones on the first start, the sealed ones on every other.
 *
 * Fresh keys are used only when their sealed form is on the disk and the enclave's counter has moved past the time before
 * them. A blob that does not open is an error; it is left as it is, since fresh keys in its place would be a network that
 * forgot its past.
 */
import { type Address, addressFromBytes, fromHex, hashFromBytes } from "../protocol/hex.ts";
import { boolean, bytes, record } from "./answer-shape.ts";
import { AuditorSession } from "./auditor-session.ts";
import type { EnclaveChannel, EngineName, V8Flag } from "./enclave-channel.ts";
import type { AuditorEnclave, EnclaveIdentity, PrincipalEnclave, WorkerEnclave } from "./enclave-client.ts";
import { startEnclaveInProcess } from "./enclave-in-process.ts";
import { startEnclaveProcess } from "./enclave-process.ts";
import { ecall } from "./enclave-session.ts";
import { type EnclavePackage, packageFolder } from "./package-folder.ts";
import { PrincipalSession } from "./principal-session.ts";
import { SealedBlobFile } from "./sealed-blob-file.ts";
import { WorkerSession } from "./worker-session.ts";

export interface EnclaveOptions {
  readonly role: "principal" | "worker" | "auditor";
  readonly package: EnclavePackage;
  /** Where the simulated machine keeps its state; one machine for each node. */
  readonly platformFolder: string;
  /** Where the enclave's sealed keys lie. */
  readonly sealedFile: string;
  readonly chainId: bigint;
  readonly enigma: Address;
  /** The signing address of the principal's enclave, from which a worker takes contract keys. */
  readonly principalSigner?: Address | null | undefined;
  /**
   * Of a principal: whether enclaves in the role of an auditor get contract keys. Chosen when its keys are made and sealed with
   * them ("none" by default); later starts may leave it out, or say the same.
   */
  readonly auditors?: "any" | "none" | undefined;
  /** 32 bytes, others for each node: a machine whose keys and randomness repeat. */
  readonly seed?: Uint8Array | undefined;
  /** Which engine runs contracts: V8's, or the slow reference, which the debug package alone takes. */
  readonly engine?: EngineName | undefined;
  /** Of its process, for replays: the same results are to come from each tier of V8. */
  readonly v8Flags?: readonly V8Flag[] | undefined;
  /** Runs it in this process, for unit tests; without `v8Flags`. */
  readonly inProcess?: boolean | undefined;
  /** Ends it when it aborts, also while it starts. */
  readonly signal?: AbortSignal | undefined;
}

const ROLES = { principal: 1, worker: 2, auditor: 3 } as const;

const SESSIONS = { principal: PrincipalSession, worker: WorkerSession, auditor: AuditorSession } as const;

const initializedShape = record({
  signer: bytes(20),
  encryptionKey: bytes(32),
  mrEnclave: bytes(32),
  mrSigner: bytes(32),
  debug: boolean,
  created: boolean,
  sealed: bytes(),
});
const doneShape = record({});

export function startEnclave(options: EnclaveOptions & { readonly role: "principal" }): Promise<PrincipalEnclave>;
export function startEnclave(options: EnclaveOptions & { readonly role: "worker" }): Promise<WorkerEnclave>;
export function startEnclave(options: EnclaveOptions & { readonly role: "auditor" }): Promise<AuditorEnclave>;
/**
 * @throws `sealed-blob-…` where the sealed keys do not open, `platform-…` where the machine does not start,
 *   `auditors-setting-differs`,
 *   `enclave-measurement` and `enclave-signature` for a package that is not as it was built, `enclave-gone`
 */
export async function startEnclave(
  options: EnclaveOptions,
): Promise<PrincipalEnclave | WorkerEnclave | AuditorEnclave> {
  const channel = await openChannel(options);
  try {
    const identity = await initialize(channel, options);
    return new SESSIONS[options.role](channel, identity);
  } catch (error) {
    await channel.close();
    throw error;
  }
}

async function openChannel(options: EnclaveOptions): Promise<EnclaveChannel> {
  const { platformFolder, seed, engine, v8Flags, signal } = options;
  const channel = { packageFolder: packageFolder(options.package), platformFolder, seed, engine, v8Flags, signal };
  return options.inProcess ? startEnclaveInProcess(channel) : startEnclaveProcess(channel);
}

async function initialize(channel: EnclaveChannel, options: EnclaveOptions): Promise<EnclaveIdentity> {
  const file = new SealedBlobFile(options.sealedFile);
  const body = {
    role: ROLES[options.role],
    chainId: options.chainId,
    enigma: fromHex(options.enigma, 20),
    sealed: await file.read(),
    principalSigner: options.principalSigner ? fromHex(options.principalSigner, 20) : null,
    auditors: options.auditors ?? null,
  };
  const { sealed, ...initialized } = await ecall(channel, "initialize", body, initializedShape);
  if (initialized.created) await file.write(sealed);
  await ecall(channel, "confirmSeal", {}, doneShape);
  return {
    ...initialized,
    signer: addressFromBytes(initialized.signer),
    mrEnclave: hashFromBytes(initialized.mrEnclave),
    mrSigner: hashFromBytes(initialized.mrSigner),
  };
}
