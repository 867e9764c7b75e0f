/** The public interface of the client. */
export { EnigmaError, type ErrorCode, isEnigmaError } from "../protocol/errors/enigma-error.ts";
export type { FunctionResult } from "./abi-types.ts";
export { Deployment, type DeploymentReceipt } from "./deployment.ts";
export { type ConnectOptions, type DeployOptions, Enigma } from "./enigma.ts";
export type { ModuleChecker } from "./module-check.ts";
export type { SecretContract, UntypedSecretContract } from "./secret-contract.ts";
export type { SettledTask } from "./settled-task.ts";
export { Task, type TaskReceipt, type WaitOptions } from "./task.ts";
export { ContractRevertedError, TaskFailedError } from "./task-failure.ts";
export type { TaskOptions } from "./task-orders.ts";
