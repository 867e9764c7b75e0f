/** Views that no honest client would ask for, and what the network answers. */
import { randomBytes } from "node:crypto";
import { SigningKey } from "ethers";
import { open, seal } from "../../host/protocol/aead.ts";
import { associatedData } from "../../host/protocol/associated-data.ts";
import { decodeEnding } from "../../host/protocol/ending.ts";
import { EnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import { type Address, fromHex, hash, toHex } from "../../host/protocol/hex.ts";
import { inputHash } from "../../host/protocol/input-hash.ts";
import { parseContractKeyResult } from "../../host/protocol/rpc-types.ts";
import { userKeyPair, userSessionKeys } from "../../host/protocol/session-keys.ts";
import { viewPermitDigest } from "../../host/protocol/view-permit.ts";
import {
  parseViewResult,
  type ViewParams,
  type ViewResult,
  viewParamsToJson,
} from "../../host/protocol/view-rpc-types.ts";
import { RpcClient } from "../../host/rpc/rpc-client.ts";
import type { TestNetwork } from "../../host/testing/test-network.ts";

/** How a view differs from what the client library would ask. */
export interface ViewCrafting {
  /** Index of the account that signs; that of the asking account by default. */
  readonly signedBy?: number;
  /** Changes the question before the permit is signed. */
  readonly before?: (params: ViewParams) => Partial<ViewParams>;
  /** Changes the question after that. */
  readonly after?: (params: ViewParams) => Partial<ViewParams>;
}

/** The answer with what it decrypts to, or the code of the refusal. */
export type CraftedAnswer =
  | { readonly ending: string; readonly payload: string; readonly params: ViewParams; readonly result: ViewResult }
  | string;

/** Asks worker `gateway` in the name of the funded account `index`. */
export async function askCrafted(
  network: TestNetwork,
  secretContract: Address,
  calldata: string,
  { signedBy, before, after }: ViewCrafting = {},
  [index, gateway]: readonly [number, number] = [1, 0],
): Promise<CraftedAnswer> {
  const { domain, accounts, view } = network.local;
  const rpc = new RpcClient(network.worker(gateway).url);
  const account = accounts.users[index]?.address as Address;
  const key = parseContractKeyResult(await rpc.call("enigma_getContractKey", { secretContract }));
  const user = userKeyPair(new Uint8Array(randomBytes(32)));
  const session = userSessionKeys(user, key.publicKey);
  const requestId = hash(toHex(randomBytes(32)));
  const place = (tag: "viewInput" | "viewOutput") => associatedData(domain, { tag, secretContract, taskId: requestId });
  const expiryBlock = (await view.head()).number + 20n;
  const asked = { account, secretContract, epoch: key.epoch, expiryBlock, requestId, responseKey: user.publicKey };
  let params: ViewParams = {
    ...asked,
    ...{ input: seal(session.input, place("viewInput"), fromHex(calldata)), permit: new Uint8Array(65) },
  };
  params = { ...params, ...before?.(params) };
  const signer = new SigningKey(accounts.users[signedBy ?? index]?.privateKey as string);
  const digest = viewPermitDigest(domain, { ...params, inputHash: inputHash(params.input, params.responseKey) });
  params = { ...params, permit: fromHex(signer.sign(digest).serialized) };
  params = { ...params, ...after?.(params) };
  try {
    const result = parseViewResult(await rpc.call("enigma_view", viewParamsToJson(params)));
    const ending = decodeEnding(open(session.output, place("viewOutput"), result.output));
    return { ending: ending.name, payload: ending.name === "returned" ? toHex(ending.result) : "", params, result };
  } catch (error) {
    if (error instanceof EnigmaError) return error.code;
    throw error;
  }
}
