/** The test kit: `import { createEnclave } from "enigma-simulator/testing"`. */
export { ACCOUNT_NAMES, type Account, type AccountName, type Accounts } from "./contract/account.ts";
export { Call, type CallOutcome, isCall, ViewCall } from "./contract/call.ts";
export { CallFailed } from "./contract/call-failed.ts";
export type { CallEffect, CallError, CallResult, EmittedEvent, EthereumCall } from "./contract/call-result.ts";
export type {
  CallOptions,
  CallStatus,
  Executed,
  ExecutionOrder,
  Executor,
  Observed,
  Snapshot,
} from "./contract/executor.ts";
export type {
  AbiOf,
  ArtifactName,
  Artifacts,
  ContractCode,
  Deployed,
  DeployOptions,
  TestBed,
  TestTime,
} from "./contract/test-bed.ts";
export type { ContractOf, TestContract, TestFunction, UntypedTestContract } from "./contract/test-contract.ts";
export type { TestFunctionFacts, UntypedTestFunction } from "./contract/test-function.ts";
export type * from "./contract/trace.ts";
export { createEnclave, type EnclaveBed, type EnclaveOptions } from "./enclave/enclave-bed.ts";
export { ReplayingSimulation } from "./enclave/replaying-simulation.ts";
export type { BedTest } from "./fixtures/bed-test.ts";
export { enclaveTest } from "./fixtures/enclave-test.ts";
export { networkTest } from "./fixtures/network-test.ts";
export type { Secret } from "./leaks/secret-forms.ts";
export type { EthereumTarget } from "./matchers/ethereum-call-matcher.ts";
export { type CreateNetworkOptions, createNetwork } from "./network/create-network.ts";
export type { NetworkAccount } from "./network/network-account.ts";
export type { NetworkBed } from "./network/network-bed.ts";

// Matchers extend vitest's `expect`; outside of vitest, in a script or a benchmark, there is none to extend.
if (process.env.VITEST !== undefined) {
  await import("./matchers/call-matchers.ts");
  await import("./matchers/leak-matcher.ts");
  await import("./matchers/ethereum-call-matcher.ts");
  await import("./matchers/gas-snapshot-matcher.ts");
  await import("./matchers/replay-matcher.ts");
  await import("./reports/file-gas-report.ts");
}

// What matchers add to the types of vitest; their code is loaded above, where vitest runs.
export type {} from "./matchers/call-matchers.ts";
export type {} from "./matchers/ethereum-call-matcher.ts";
export type {} from "./matchers/gas-snapshot-matcher.ts";
export type {} from "./matchers/leak-matcher.ts";
export type {} from "./matchers/replay-matcher.ts";
