/**
 * Passes a view on to the worker that is selected for its contract.
 *
 * Nobody knows which peer that is, so the question goes to one after the other. Any peer may answer, and no peer is
 * trusted: what counts is an answer that the selected worker's enclave has signed for this very question. A refusal carries no signature;
 * the first one is told to the user only where nobody gave an answer.
 */

import type { P2pNode } from "../p2p/p2p-node.ts";
import { VIEW_PROTOCOL, type ViewReply } from "../p2p/stream-protocol.ts";
import { EnigmaError, isErrorCode } from "../protocol/errors/enigma-error.ts";
import type { Address } from "../protocol/hex.ts";
import { keccak } from "../protocol/keccak.ts";
import { recoverViewAnswerSigner } from "../protocol/view-answer.ts";
import type { ViewParams, ViewResult } from "../protocol/view-rpc-types.ts";
import type { ChainState } from "./chain-state.ts";
import { viewQuestion, viewResultOf } from "./view-messages.ts";

export interface ViewPassingOptions {
  readonly chain: Pick<ChainState, "contractInfo" | "selectedWorker" | "domain">;
  /** The address of a worker's enclave, as it is registered now. */
  readonly signerOf: (worker: Address) => Promise<Address>;
  readonly p2p: Pick<P2pNode, "askAny">;
}

export class ViewPassing {
  private readonly options: ViewPassingOptions;

  constructor(options: ViewPassingOptions) {
    this.options = options;
  }

  /** @throws EnigmaError `worker-not-selected` where the selected worker is not reached, and what it refuses the view with */
  async ask(params: ViewParams): Promise<ViewResult> {
    const { p2p, signerOf } = this.options;
    const selected = await this.selected(params.secretContract);
    const signer = signerOf(selected);
    // Awaited only when an answer is there; a failure before that must not go unheard.
    signer.catch(() => {});
    let refusal: ViewReply["error"];
    const answer = await p2p.askAny(VIEW_PROTOCOL, viewQuestion(params), async (reply) => {
      refusal ??= reply.error;
      if (reply.answer === undefined) return undefined;
      const result = viewResultOf(reply.answer);
      return this.isGenuine(params, result, selected, await signer) ? result : undefined;
    });
    if (answer !== undefined) return answer;
    if (refusal === undefined) throw new EnigmaError("worker-not-selected");
    const { code, sentence } = refusal;
    throw new EnigmaError(isErrorCode(code) ? code : "view-refused", { detail: sentence });
  }

  private async selected(secretContract: Address): Promise<Address> {
    const { chain } = this.options;
    const info = await chain.contractInfo(secretContract);
    if (info === undefined) throw new EnigmaError("contract-not-deployed", { data: { secretContract } });
    const selected = chain.selectedWorker(info.group);
    if (selected === undefined) throw new EnigmaError("no-epoch");
    return selected;
  }

  private isGenuine(params: ViewParams, result: ViewResult, selected: Address, signer: Address): boolean {
    const { requestId, tip, blockNumber, output, signature, worker } = result;
    if (requestId !== params.requestId || worker !== selected) return false;
    const answer = {
      ...{ requestId, secretContract: params.secretContract, tip, blockNumber },
      outputHash: keccak(output),
    };
    return recoverViewAnswerSigner(this.options.chain.domain, answer, signature) === signer;
  }
}
