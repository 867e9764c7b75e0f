/**
 * The signature structure of an enclave package (SGX: SIGSTRUCT): its author's word that these files are this product in
 * this version. The processor launches no enclave without one; MRSIGNER is the SHA-256 of the author's public key.
 *
 * ```text
 * "ENIGMASS" (8) ‖ format u16 = 1 ‖ MRENCLAVE (32) ‖ product u16 ‖ security version u16 ‖ flags u8 (1: debug)
 *   ‖ public key (32) ‖ Ed25519 signature over all before (64)
 * ```
 *
 * Integers are big-endian. (Hardware signs with RSA-3072; nothing outside the processor sees the difference.) The key
 * below is public like the simulator's other keys: a network of its own names another.
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { HardwareError } from "./hardware-error.ts";

/** What an author says of an enclave. */
export interface EnclaveDescription {
  readonly mrEnclave: Uint8Array;
  /** Product of the author, 16 bits. */
  readonly isvProdId: number;
  /** Security version, 16 bits; rises with each fix of a hole. */
  readonly isvSvn: number;
  /** Whether the enclave's memory can be read from outside. */
  readonly debug: boolean;
}

/** Who an enclave is, as the processor knows it. */
export interface EnclaveIdentity extends EnclaveDescription {
  /** SHA-256 of the author's public key. */
  readonly mrSigner: Uint8Array;
}

const MAGIC = Buffer.from("ENIGMASS", "ascii");
const FORMAT = 1;
const BODY_LENGTH = 8 + 2 + 32 + 2 + 2 + 1 + 32;
const LENGTH = BODY_LENGTH + 64;
const MR_ENCLAVE = 10;
const PRODUCT = 42;
const SECURITY_VERSION = 44;
const FLAGS = 46;
const PUBLIC_KEY = 47;

/** DER before the 32 bytes of an Ed25519 private or public key (RFC 8410). */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

const SIMULATION_AUTHOR = "enigma simulated enclave author, for development, not for secrets";

/**
 * Signs a description with an author's key, by default the simulation's.
 * @param authorSeed 32 bytes: the Ed25519 private key (RFC 8032)
 * @throws {HardwareError} `platform-argument` where a field has a wrong length or is out of range
 */
export function signEnclave(description: EnclaveDescription, authorSeed: Uint8Array = simulationAuthor()): Uint8Array {
  const { mrEnclave, isvProdId, isvSvn, debug } = description;
  if (mrEnclave.length !== 32 || authorSeed.length !== 32 || !isU16(isvProdId) || !isU16(isvSvn)) {
    throw new HardwareError("platform-argument", { detail: "The description of the enclave is malformed." });
  }
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, authorSeed]), format: "der", type: "pkcs8" });
  const body = Buffer.alloc(BODY_LENGTH);
  MAGIC.copy(body);
  body.writeUInt16BE(FORMAT, MAGIC.length);
  body.set(mrEnclave, MR_ENCLAVE);
  body.writeUInt16BE(isvProdId, PRODUCT);
  body.writeUInt16BE(isvSvn, SECURITY_VERSION);
  body.writeUInt8(debug ? 1 : 0, FLAGS);
  body.set(rawPublicKey(key), PUBLIC_KEY);
  return new Uint8Array(Buffer.concat([body, sign(null, body, key)]));
}

/**
 * Reads a signature structure and checks its signature.
 * @throws {HardwareError} `enclave-signature` where it is malformed or the signature does not hold
 */
export function readSignatureStructure(structure: Uint8Array): EnclaveIdentity {
  const bytes = Buffer.from(structure);
  const flags = bytes.length === LENGTH ? bytes.readUInt8(FLAGS) : 255;
  if (flags > 1 || !bytes.subarray(0, MAGIC.length).equals(MAGIC) || bytes.readUInt16BE(MAGIC.length) !== FORMAT) {
    throw new HardwareError("enclave-signature", { detail: "The signature structure is malformed." });
  }
  const body = bytes.subarray(0, BODY_LENGTH);
  const publicKey = body.subarray(PUBLIC_KEY);
  if (!verify(null, body, keyFrom(publicKey), bytes.subarray(BODY_LENGTH))) {
    throw new HardwareError("enclave-signature", { detail: "Its signature does not hold." });
  }
  return {
    mrEnclave: new Uint8Array(body.subarray(MR_ENCLAVE, PRODUCT)),
    mrSigner: new Uint8Array(createHash("sha256").update(publicKey).digest()),
    isvProdId: body.readUInt16BE(PRODUCT),
    isvSvn: body.readUInt16BE(SECURITY_VERSION),
    debug: flags === 1,
  };
}

/** Seed of the author under whose key development packages are signed; anybody can make it. */
function simulationAuthor(): Uint8Array {
  return createHash("sha256").update(SIMULATION_AUTHOR).digest();
}

function rawPublicKey(key: KeyObject): Buffer {
  return createPublicKey(key).export({ format: "der", type: "spki" }).subarray(SPKI_PREFIX.length);
}

function keyFrom(publicKey: Buffer): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: "der", type: "spki" });
}

function isU16(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 0xffff;
}
