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
import { type AttestationApi, attestationMethod } from "./attestation-method.ts";
import { CONTRACT_KEY_PARAMETERS } from "./contract-key-parameters.ts";
import type { RpcMethod, RpcParameter } from "./rpc-method.ts";
import { ADDRESS, BYTES, CONTRACT_KEY, hexSchema, objectSchema, PRINCIPAL_INFO } from "./schema.ts";

/** What the principal offers workers and auditors. */
export interface PrincipalApi extends AttestationApi {
  info(): PrincipalInfoResult;
  register(params: RegisterParams): Promise<void>;
  admitAuditor(params: RegisterParams): Promise<void>;
  contractKey(params: ContractKeyParams): Promise<ContractKeyResult>;
  grantContractKeys(params: GrantParams): Promise<GrantResult>;
}

const EVIDENCE: readonly RpcParameter[] = [
  { name: "signer", description: "Address of the enclave's signing key.", schema: ADDRESS, required: true },
  {
    name: "encryptionKey",
    description: "The enclave's X25519 key.",
    schema: hexSchema("encryptionKey", 32),
    required: true,
  },
  { name: "quote", description: "SGX DCAP quote, version 3.", schema: BYTES, required: true },
  { name: "collateral", description: "Collateral of the quote, CBOR.", schema: BYTES, required: true },
];

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
      params: EVIDENCE,
      result: { name: "registered", schema: objectSchema("Registered", {}) },
      errors: [],
      call: async (params) => {
        await api.register(parseRegisterParams(params));
        return {};
      },
    },
    {
      name: "principal_admitAuditor",
      summary: "Admits an auditor's enclave after verifying its quote, where this principal gives keys to auditors.",
      params: EVIDENCE,
      result: { name: "admitted", schema: objectSchema("Admitted", {}) },
      errors: ["auditors-refused"],
      call: async (params) => {
        await api.admitAuditor(parseRegisterParams(params));
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
      summary: "Hands contract keys to the enclave of a selected worker, or of an admitted auditor, encrypted to it.",
      params: [{ name: "request", description: "Made and signed by the enclave.", schema: BYTES, required: true }],
      result: { name: "grant", schema: objectSchema("Grant", { grant: BYTES }) },
      errors: [],
      call: async (params) => ({ grant: toHex((await api.grantContractKeys(parseGrantParams(params))).grant) }),
    },
    attestationMethod("principal", api),
  ];
}
