/** The public interface of the client. */
export { EnigmaError, type ErrorCode, isEnigmaError } from "../protocol/errors/enigma-error.ts";
export type { FunctionResult } from "./abi-types.ts";
export type { ContractEvent, TypedEvent } from "./contract-event.ts";
export { Deployment, type DeploymentReceipt } from "./deployment.ts";
export { Enigma } from "./enigma.ts";
export type {
  ConnectOptions,
  DeployOptions,
  EventQuery,
  InputRequest,
  PreparedInput,
  PrivateEventQuery,
} from "./enigma-options.ts";
export type { LoggedPlace } from "./event-log.ts";
export type { ModuleChecker } from "./module-check.ts";
export type { SecretContract, UntypedSecretContract } from "./secret-contract.ts";
export type { SettledTask } from "./settled-task.ts";
export type { SettledCall } from "./settlement.ts";
export { Task, type TaskReceipt, type WaitOptions } from "./task.ts";
export { CallbackFailedError, ContractRevertedError, TaskFailedError } from "./task-failure.ts";
export type { DeploymentTerms, GasOptions, TaskOptions } from "./task-terms.ts";
export { ViewRevertedError } from "./view-failure.ts";
export type { ViewOptions } from "./views.ts";
