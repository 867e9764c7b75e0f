/** A view and its answer as peers send them, and as this node speaks of them. */

import type { ViewAnswerMessage, ViewQuestion } from "../p2p/stream-protocol.ts";
import { addressFromBytes, fromHex, hashFromBytes } from "../protocol/hex.ts";
import type { ViewParams, ViewResult } from "../protocol/view-rpc-types.ts";

export function viewQuestion(params: ViewParams): ViewQuestion {
  return {
    ...params,
    account: fromHex(params.account, 20),
    secretContract: fromHex(params.secretContract, 20),
    requestId: fromHex(params.requestId, 32),
  };
}

export function viewParamsOf(question: ViewQuestion): ViewParams {
  return {
    ...question,
    account: addressFromBytes(question.account),
    secretContract: addressFromBytes(question.secretContract),
    epoch: BigInt(question.epoch),
    expiryBlock: BigInt(question.expiryBlock),
    requestId: hashFromBytes(question.requestId),
  };
}

export function viewAnswerMessage({
  requestId,
  output,
  tip,
  blockNumber,
  worker,
  signature,
}: ViewResult): ViewAnswerMessage {
  return {
    ...{ requestId: fromHex(requestId, 32), output, tip: fromHex(tip, 32) },
    ...{ blockNumber, worker: fromHex(worker, 20), signature },
  };
}

export function viewResultOf(message: ViewAnswerMessage): ViewResult {
  const { output, signature } = message;
  return {
    ...{ requestId: hashFromBytes(message.requestId), output, tip: hashFromBytes(message.tip) },
    ...{ blockNumber: BigInt(message.blockNumber), worker: addressFromBytes(message.worker), signature },
  };
}
