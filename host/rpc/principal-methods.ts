/** The JSON-RPC methods of the principal node (ARCHITECTURE 5). */

import { toHex } from "../protocol/hex.ts";
import {
  type GrantParams,
  type GrantResult,
  type PrincipalInfoResult,
  parseGrantParams,
  parseRegisterParams,
  principalInfoToJson,
  type RegisterParams,
} from "../protocol/principal-rpc-types.ts";
import {
  type ContractKeyParams,
  type ContractKeyResult,
  contractKeyToJson,
  parseContractKeyParams,
  parseNoParams,
} from "../protocol/rpc-types.ts";
import { CONTRACT_KEY_PARAMETERS } from "./contract-key-parameters.ts";
import type { RpcMethod } from "./rpc-method.ts";
import { ADDRESS, BYTES, CONTRACT_KEY, hexSchema, objectSchema, PRINCIPAL_INFO } from "./schema.ts";

/** What the principal offers the workers. */
export interface PrincipalApi {
  info(): PrincipalInfoResult;
  register(params: RegisterParams): Promise<void>;
  contractKey(params: ContractKeyParams): Promise<ContractKeyResult>;
  grantContractKeys(params: GrantParams): Promise<GrantResult>;
}

/** The method table of the principal. */
export function principalMethods(api: PrincipalApi): RpcMethod[] {
  return [
    {
      name: "principal_getInfo",
      summary: "Says which enclave holds the network's keys and which epoch it signed last.",
      params: [],
      result: { name: "info", schema: PRINCIPAL_INFO },
      errors: [],
      call: (params) => {
        parseNoParams(params);
        return principalInfoToJson(api.info());
      },
    },
    {
      name: "principal_register",
      summary: "Admits a worker's enclave after verifying its quote.",
      params: [
        { name: "signer", description: "Address of the enclave's signing key.", schema: ADDRESS, required: true },
        {
          name: "encryptionKey",
          description: "The enclave's X25519 key.",
          schema: hexSchema("encryptionKey", 32),
          required: true,
        },
        { name: "quote", description: "SGX DCAP quote, version 3.", schema: BYTES, required: true },
        { name: "collateral", description: "Collateral of the quote, CBOR.", schema: BYTES, required: true },
      ],
      result: { name: "registered", schema: objectSchema("Registered", {}) },
      errors: [],
      call: async (params) => {
        await api.register(parseRegisterParams(params));
        return {};
      },
    },
    {
      name: "principal_getContractKey",
      summary: "The certified key of a secret contract in an epoch.",
      params: CONTRACT_KEY_PARAMETERS,
      result: { name: "contractKey", schema: CONTRACT_KEY },
      errors: ["contract-not-deployed", "epoch-not-current", "no-epoch"],
      call: async (params) => contractKeyToJson(await api.contractKey(parseContractKeyParams(params))),
    },
    {
      name: "principal_grantContractKeys",
      summary: "Hands contract keys to the enclave of a selected worker, encrypted to it.",
      params: [
        { name: "request", description: "Made and signed by the worker's enclave.", schema: BYTES, required: true },
      ],
      result: { name: "grant", schema: objectSchema("Grant", { grant: BYTES }) },
      errors: [],
      call: async (params) => ({ grant: toHex((await api.grantContractKeys(parseGrantParams(params))).grant) }),
    },
  ];
}
