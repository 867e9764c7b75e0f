/**
 * Views: functions of secret contracts that change nothing, asked for their answer outside of any task, for free.
 *
 * The question is encrypted to the contract and the answer to a key that is made for this question alone. The signer's
 * permit lets the contract answer to the account. The gateway and the worker's host are trusted with nothing: the answer
 * must be signed by the enclave of the worker that Ethereum selects for the contract, for this very question, and must be
 * about the state that stands on Ethereum.
 */
import { Signature, type Signer } from "ethers";
import { open } from "../protocol/aead.ts";
import { associatedData } from "../protocol/associated-data.ts";
import { EIP712_NAME, EIP712_VERSION, type EnigmaDomain } from "../protocol/eip712-domain.ts";
import { decodeEnding, type TaskEnding } from "../protocol/ending.ts";
import { isEnigmaError } from "../protocol/errors/enigma-error.ts";
import { type Address, fromHex, hashFromBytes } from "../protocol/hex.ts";
import { inputHash } from "../protocol/input-hash.ts";
import { userKeyPair } from "../protocol/session-keys.ts";
import { VIEW_PERMIT_FIELDS, type ViewPermit } from "../protocol/view-permit.ts";
import type { ViewParams } from "../protocol/view-rpc-types.ts";
import type { ContractKeys } from "./contract-keys.ts";
import { type EncryptedInput, encryptInput } from "./encrypted-input.ts";
import type { EnigmaReader } from "./enigma-reader.ts";
import type { Gateway } from "./gateway.ts";
import { growingPauses, pause } from "./pause.ts";
import { ViewAnswers } from "./view-answers.ts";

/** What a caller may choose for a view; the last argument of its method. */
export interface ViewOptions {
  /** Blocks that the answered state may be old, if a newer one came meanwhile. 32 by default. */
  readonly maxAge?: bigint | number;
  /** Blocks from now in which the permit counts. 64 by default. */
  readonly permitBlocks?: bigint | number;
}

export interface ViewsContext {
  readonly domain: EnigmaDomain;
  readonly sender: Address;
  readonly signer: Signer;
  readonly gateway: Gateway;
  readonly reader: EnigmaReader;
  readonly keys: ContractKeys;
  readonly random: (length: number) => Uint8Array;
}

interface Question {
  readonly params: ViewParams;
  readonly session: EncryptedInput["session"];
}

export const VIEW_OPTIONS = ["maxAge", "permitBlocks"] as const satisfies readonly (keyof ViewOptions)[];

const MAX_AGE = 32n;
const PERMIT_BLOCKS = 64n;
/** How often a question is asked before what should pass by itself is an error. */
const ATTEMPTS = 6;
/** The worker is behind the chain, or the contract is just coming to it: the same question may be asked again. */
const PASSING: readonly string[] = [
  "contract-keys-missing",
  "log-missing",
  "log-unavailable",
  "module-not-loaded",
  "view-refused",
  "view-signer",
  "view-stale",
  "worker-busy",
  "worker-not-selected",
];
/** The question itself is too old: the contract has another key, or too many blocks have passed. */
const OUTDATED: readonly string[] = ["epoch-not-current", "permit-expired"];

export class Views {
  readonly #context: ViewsContext;
  readonly #answers: ViewAnswers;

  constructor(context: ViewsContext) {
    this.#context = context;
    this.#answers = new ViewAnswers(context.domain, context.reader, context.keys);
  }

  /**
   * Asks a contract. @param calldata selector and ABI-encoded arguments
   *
   * @returns how the execution ended
   * @throws `view-mismatch`, `view-signer`, `view-stale` for an answer that does not hold; `permit-invalid`; any refusal
   */
  async ask(secretContract: Address, calldata: Uint8Array, options: ViewOptions): Promise<TaskEnding> {
    const maxAge = BigInt(options.maxAge ?? MAX_AGE);
    const pauses = growingPauses(20, 500);
    let question: Question | undefined;
    for (let attempt = 1; ; attempt += 1) {
      try {
        question ??= await this.#question(secretContract, calldata, options);
        return this.#open(question, await this.#answer(question.params, maxAge));
      } catch (error) {
        const outdated = isEnigmaError(error) && OUTDATED.includes(error.code);
        if (!outdated && !(isEnigmaError(error) && PASSING.includes(error.code))) throw error;
        if (attempt === ATTEMPTS) throw error;
        if (outdated || (await this.#isPast(question))) {
          this.#context.keys.forget(secretContract);
          question = undefined;
        }
      }
      await pause(pauses.next().value);
    }
  }

  /** The ciphertext of a verified answer. */
  async #answer(params: ViewParams, maxAge: bigint): Promise<Uint8Array> {
    const answering = this.#context.gateway.view(params);
    // Ethereum is asked in the meantime: recovering the signer afterwards lets nothing else happen.
    const [answer, asked] = await Promise.all([answering, this.#answers.look(params.secretContract)]);
    await this.#answers.verify(params, answer, maxAge, asked);
    return answer.output;
  }

  async #question(secretContract: Address, calldata: Uint8Array, options: ViewOptions): Promise<Question> {
    const { domain, keys, random, reader, sender: account } = this.#context;
    const head = reader.blockNumber();
    head.catch(() => undefined); // awaited below, if nothing fails before
    const requestId = hashFromBytes(random(32));
    const user = userKeyPair(random(32));
    const key = await keys.ofContract(secretContract);
    const { input, session } = encryptInput({ domain, tag: "viewInput", id: requestId }, key, user, calldata);
    const { epoch } = key;
    const expiryBlock = (await head) + BigInt(options.permitBlocks ?? PERMIT_BLOCKS);
    const asked = { account, secretContract, epoch, expiryBlock, requestId };
    const permit = await this.#sign({ ...asked, inputHash: inputHash(input, user.publicKey) });
    return { params: { ...asked, input, responseKey: user.publicKey, permit }, session };
  }

  async #sign(permit: ViewPermit): Promise<Uint8Array> {
    const { chainId, enigma: verifyingContract } = this.#context.domain;
    const domain = { name: EIP712_NAME, version: EIP712_VERSION, chainId, verifyingContract };
    const signature = await this.#context.signer.signTypedData(domain, { ViewPermit: [...VIEW_PERMIT_FIELDS] }, permit);
    return fromHex(Signature.from(signature).serialized);
  }

  #open({ params, session }: Question, output: Uint8Array): TaskEnding {
    const { secretContract, requestId: taskId } = params;
    const place = associatedData(this.#context.domain, { tag: "viewOutput", secretContract, taskId });
    return decodeEnding(open(session.output, place, output));
  }

  /** Whether the epoch turned since the question was made. */
  async #isPast(question: Question | undefined): Promise<boolean> {
    return question !== undefined && (await this.#context.reader.currentEpoch()) > question.params.epoch;
  }
}
