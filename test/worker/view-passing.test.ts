import { SigningKey, Wallet } from "ethers";
import { expect, test } from "vitest";
import type { ViewReply } from "../../host/p2p/stream-protocol.ts";
import { EnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import { type Address, addressFromBytes, fromHex, type Hash, hashFromBytes } from "../../host/protocol/hex.ts";
import { keccak } from "../../host/protocol/keccak.ts";
import { viewAnswerDigest } from "../../host/protocol/view-answer.ts";
import { viewAnswerMessage } from "../../host/worker/view-messages.ts";
import { ViewPassing, type ViewPassingOptions } from "../../host/worker/view-passing.ts";

const h = (byte: number): Hash => hashFromBytes(new Uint8Array(32).fill(byte));
const a = (byte: number): Address => addressFromBytes(new Uint8Array(20).fill(byte));

const domain = { chainId: 1n, enigma: a(9) };
const enclave = new Wallet(h(77));
const stranger = new Wallet(h(78));
const selected = a(8);
const params = {
  ...{ account: a(1), secretContract: a(2), epoch: 3n, input: new Uint8Array(104), responseKey: new Uint8Array(32) },
  ...{ expiryBlock: 50n, requestId: h(1), permit: new Uint8Array(65) },
};

/** What a peer answers who signs with `key`. */
function answerOf(key: Wallet, altered: { requestId?: Hash; worker?: Address } = {}): ViewReply {
  const { requestId = h(1), worker = selected } = altered;
  const output = new Uint8Array(104).fill(5);
  const claim = { requestId, secretContract: a(2), tip: h(5), blockNumber: 8n, outputHash: keccak(output) };
  const signature = fromHex(new SigningKey(key.privateKey).sign(viewAnswerDigest(domain, claim)).serialized, 65);
  return { answer: viewAnswerMessage({ requestId, output, tip: h(5), blockNumber: 8n, worker, signature }) };
}

/** Peers that answer one after the other, as `P2pNode.askAny` asks them. */
function passing(replies: readonly ViewReply[]): ViewPassing {
  const askAny = async (_: unknown, __: unknown, take: (reply: ViewReply) => Promise<unknown>): Promise<unknown> => {
    for (const reply of replies) {
      const taken = await take(reply);
      if (taken !== undefined) return taken;
    }
    return undefined;
  };
  return new ViewPassing({
    chain: { contractInfo: async () => ({ group: a(2) }), selectedWorker: () => selected, domain },
    signerOf: async () => enclave.address.toLowerCase() as Address,
    p2p: { askAny },
  } as unknown as ViewPassingOptions);
}

const refusal = (code: string): ViewReply => ({ error: { code, sentence: "No." } });

test("a stranger's refusal does not keep a view from the selected worker", async () => {
  const answer = await passing([{}, refusal("permit-invalid"), answerOf(enclave)]).ask(params);
  expect(answer).toMatchObject({ requestId: h(1), tip: h(5), worker: selected });
});

test.each([
  ["is signed by another enclave", answerOf(stranger)],
  ["answers another question", answerOf(enclave, { requestId: h(2) })],
  ["names another worker", answerOf(enclave, { worker: a(7) })],
])("an answer that %s is passed over", async (_, forged) => {
  await expect(passing([forged]).ask(params)).rejects.toMatchObject({ code: "worker-not-selected" });
  expect(await passing([forged, answerOf(enclave)]).ask(params)).toMatchObject({ requestId: h(1) });
});

test("where nobody gives an answer the first refusal is told", async () => {
  const refused = passing([refusal("permit-expired"), refusal("worker-busy")]).ask(params);
  await expect(refused).rejects.toBeInstanceOf(EnigmaError);
  await expect(refused).rejects.toMatchObject({ code: "permit-expired" });
});

test("a refusal with a code that nobody knows is a refused view", async () => {
  await expect(passing([refusal("because")]).ask(params)).rejects.toMatchObject({ code: "view-refused" });
});
