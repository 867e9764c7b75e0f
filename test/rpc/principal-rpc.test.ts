/** The principal's JSON-RPC server with a principal whose answers are made up. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../host/protocol/clock.ts";
import type { Address } from "../../host/protocol/hex.ts";
import { silentLogger } from "../../host/protocol/logger.ts";
import type { ContractKeyParams } from "../../host/protocol/rpc-types.ts";
import { type PrincipalApi, principalMethods } from "../../host/rpc/principal-methods.ts";
import { RpcClient } from "../../host/rpc/rpc-client.ts";
import { RpcServer } from "../../host/rpc/rpc-server.ts";
import { a, h } from "./fake-worker.ts";
import { OpenRpc } from "./open-rpc.ts";

let server: RpcServer;
let asked: ContractKeyParams[];

const principal: PrincipalApi = {
  info: () => ({ signer: a(1), mrEnclave: h(2), epoch: 3n }),
  register: async () => {},
  admitAuditor: async () => {},
  contractKey: async (params) => {
    asked.push(params);
    const { secretContract, codeHash, group, epoch } = params;
    const key = { secretContract, codeHash: codeHash ?? h(3), group: group ?? secretContract, epoch: epoch ?? 3n };
    return { ...key, publicKey: new Uint8Array(32), signature: new Uint8Array(65) };
  },
  grantContractKeys: async () => ({ grant: new Uint8Array([1, 2]) }),
  attestation: async () => ({
    ...{ quote: new Uint8Array([1]), collateral: new Uint8Array([2]) },
    ...{ signer: a(1), encryptionKey: new Uint8Array(32), role: "principal" },
  }),
};

beforeEach(async () => {
  asked = [];
  server = await RpcServer.start({
    binding: { port: 0 },
    info: { title: "Test principal", version: "0.1.0", description: "A principal with made-up answers." },
    methods: principalMethods(principal),
    clock: systemClock,
    log: silentLogger,
  });
});
afterEach(() => server.stop());

const registration = { signer: a(1), encryptionKey: h(2), quote: "0x01", collateral: "0x02" };
const params: Record<string, Record<string, unknown>> = {
  principal_getInfo: {},
  principal_register: registration,
  principal_admitAuditor: registration,
  principal_getContractKey: { secretContract: a(2), codeHash: h(3), group: a(4), epoch: "3" },
  principal_grantContractKeys: { request: "0x01" },
  principal_getAttestation: {},
};

describe("the OpenRPC document of a principal", () => {
  test("describes exactly the methods that are served, and no events", async () => {
    const document = await OpenRpc.of(server.url);
    expect(document.names).toEqual(Object.keys(params));
    expect(document.events).toBeUndefined();
  });

  test.each(Object.entries(params))("describes the params and the answer of %s", async (name, given) => {
    const document = await OpenRpc.of(server.url);
    expect(document.wrongParams(name, given)).toEqual([]);
    expect(document.problems(name, await new RpcClient(server.url).call(name, given))).toEqual([]);
  });
});

describe("a contract key", () => {
  const keyOf = (given: object) => new RpcClient(server.url).call("principal_getContractKey", given);

  test("is asked for with the group that the contract is to join, or without", async () => {
    const group: Address = a(4);
    expect(await keyOf({ secretContract: a(2), codeHash: h(3), group })).toMatchObject({ group });
    expect(await keyOf({ secretContract: a(2), codeHash: h(3) })).toMatchObject({ group: a(2) });
    expect(asked.map((each) => each.group)).toEqual([group, null]);
  });

  test("for a group that is no address is refused", async () => {
    await expect(keyOf({ secretContract: a(2), group: "0x12" })).rejects.toMatchObject({ code: "invalid-params" });
    expect(asked).toEqual([]);
  });
});
