/** The commands there are, each loaded when it is used. */
import type { Command } from "./command.ts";

/** A command as the list of commands shows it. */
export interface ListedCommand {
  readonly summary: string;
  readonly group: CommandGroup;
  readonly load: () => Promise<Command>;
}

/** How help orders them. */
export const GROUPS = ["Write", "Run", "Use", "Look", "Prove"] as const;
export type CommandGroup = (typeof GROUPS)[number];

export const COMMANDS: Readonly<Record<string, ListedCommand>> = {
  init: {
    ...{ group: "Write", summary: "make a project with a contract and its tests" },
    load: async () => (await import("./commands/init.ts")).command,
  },
  compile: {
    ...{ group: "Write", summary: "compile the project's contracts to artifacts and types" },
    load: async () => (await import("./commands/compile.ts")).command,
  },
  check: {
    ...{ group: "Write", summary: "tell which rules a WebAssembly module breaks" },
    load: async () => (await import("./commands/check.ts")).command,
  },
  start: {
    ...{ group: "Run", summary: "run a local network" },
    load: async () => (await import("./commands/start.ts")).command,
  },
  worker: {
    ...{ group: "Run", summary: "run one worker that joins a network elsewhere" },
    load: async () => (await import("./commands/worker.ts")).command,
  },
  deploy: {
    ...{ group: "Use", summary: "deploy a compiled contract" },
    load: async () => (await import("./commands/deploy.ts")).command,
  },
  call: {
    ...{ group: "Use", summary: "call a function of a contract" },
    load: async () => (await import("./commands/call.ts")).command,
  },
  query: {
    ...{ group: "Use", summary: "ask a view of a contract, for free" },
    load: async () => (await import("./commands/query.ts")).command,
  },
  replay: {
    ...{ group: "Prove", summary: "execute a settled task once more and compare, byte for byte" },
    load: async () => (await import("./commands/replay.ts")).command,
  },
  audit: {
    ...{ group: "Prove", summary: "replay the whole history of a contract" },
    load: async () => (await import("./commands/audit.ts")).command,
  },
  "verify-code": {
    ...{ group: "Prove", summary: "compare a deployed contract's code with the project's sources" },
    load: async () => (await import("./commands/verify-code.ts")).command,
  },
  attest: {
    ...{ group: "Prove", summary: "verify a node's enclave, and print its quote in words" },
    load: async () => (await import("./commands/attest.ts")).command,
  },
  tasks: {
    ...{ group: "Look", summary: "list the tasks of a network" },
    load: async () => (await import("./commands/tasks.ts")).command,
  },
  task: {
    ...{ group: "Look", summary: "tell the way of one task, who saw what of it, and what it cost" },
    load: async () => (await import("./commands/task.ts")).command,
  },
  accounts: {
    ...{ group: "Look", summary: "list accounts with what they hold, or names of deployed contracts" },
    load: async () => (await import("./commands/accounts.ts")).command,
  },
  console: {
    ...{ group: "Use", summary: "open a JavaScript prompt with the client and the contracts at hand" },
    load: async () => (await import("./commands/console.ts")).command,
  },
  doctor: {
    ...{ group: "Look", summary: "check what this machine needs, and name the commands that mend it" },
    load: async () => (await import("./commands/doctor.ts")).command,
  },
};
