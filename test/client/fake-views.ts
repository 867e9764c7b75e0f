/** Answers to views as the selected worker's enclave signs them; a test may have the enclave or its host lie. */
import type { SigningKey } from "ethers";
import { open, seal } from "../../host/protocol/aead.ts";
import { associatedData } from "../../host/protocol/associated-data.ts";
import { type Ending, encodeEnding } from "../../host/protocol/ending.ts";
import { EnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import { inputHash } from "../../host/protocol/input-hash.ts";
import { keccak } from "../../host/protocol/keccak.ts";
import { contractSessionKeys } from "../../host/protocol/session-keys.ts";
import { type ViewAnswer, viewAnswerDigest } from "../../host/protocol/view-answer.ts";
import { recoverViewPermitSigner } from "../../host/protocol/view-permit.ts";
import { parseViewParams, type ViewParams, viewResultToJson } from "../../host/protocol/view-rpc-types.ts";
import { sign, type TestNetwork, type TestWorker } from "../ethereum/test-network.ts";
import { contractKey } from "./contract-key.ts";

export class FakeViews {
  readonly #network: TestNetwork;
  readonly #worker: TestWorker;
  /** Stands for the contract. */
  behaviour: (calldata: Uint8Array, params: ViewParams) => Ending = () => ({ name: "panicked", message: "no view" });
  /** What the enclave signs; a host that shows it an old chain makes it sign old facts. */
  facts: (facts: ViewAnswer) => ViewAnswer = (facts) => facts;
  /** The key that signs. */
  enclave: SigningKey;
  /** Errors that are answered before the first answer. */
  refusals: EnigmaError[] = [];
  readonly asked: ViewParams[] = [];

  constructor(network: TestNetwork, worker: TestWorker) {
    this.#network = network;
    this.#worker = worker;
    this.enclave = worker.enclave;
  }

  reset(): void {
    this.behaviour = () => ({ name: "panicked", message: "no view" });
    this.facts = (facts) => facts;
    this.enclave = this.#worker.enclave;
    this.refusals = [];
    this.asked.length = 0;
  }

  async answer(json: unknown): Promise<object> {
    const params = parseViewParams(json);
    this.asked.push(params);
    const refusal = this.refusals.shift();
    if (refusal !== undefined) throw refusal;
    await this.#checkPermit(params);
    const { secretContract, requestId } = params;
    const output = this.#run(params);
    const [tip, blockNumber] = await Promise.all([
      this.#network.contract.tip(secretContract),
      this.#network.blockNumber(),
    ]);
    const facts = this.facts({ requestId, secretContract, tip, blockNumber, outputHash: keccak(output) });
    const signature = sign(this.enclave, viewAnswerDigest(this.#network.domain, facts));
    const place = { requestId, tip: facts.tip, blockNumber: facts.blockNumber };
    return viewResultToJson({ ...place, output, worker: this.#worker.account.address, signature });
  }

  async #checkPermit(params: ViewParams): Promise<void> {
    const permit = { ...params, inputHash: inputHash(params.input, params.responseKey) };
    const signer = recoverViewPermitSigner(this.#network.domain, permit, params.permit);
    if (signer !== params.account) throw new EnigmaError("permit-invalid");
    const { expiryBlock } = params;
    if (expiryBlock < (await this.#network.blockNumber()))
      throw new EnigmaError("permit-expired", { data: { expiryBlock } });
  }

  #run(params: ViewParams): Uint8Array {
    const { secretContract, requestId: taskId, epoch, responseKey, input } = params;
    const { domain } = this.#network;
    const keys = contractSessionKeys(contractKey(secretContract, epoch), responseKey);
    const calldata = open(keys.input, associatedData(domain, { tag: "viewInput", secretContract, taskId }), input);
    const answer = encodeEnding(this.behaviour(calldata, params));
    return seal(keys.output, associatedData(domain, { tag: "viewOutput", secretContract, taskId }), answer);
  }
}
