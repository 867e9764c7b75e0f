/** `enigma console`: a prompt on a terminal, a script where something is piped in. */
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { start } from "node:repl";
import { inspect } from "node:util";
import type { Enigma } from "../../client/index.ts";
import { ENG } from "../../ethereum/token-contract.ts";
import { EnigmaError } from "../../protocol/errors/enigma-error.ts";
import { findNetwork, NetworkSession } from "../network-session.ts";
import type { Output } from "../output.ts";
import { type ConsoleContext, consoleContext } from "./console-context.ts";
import { runScript } from "./run-script.ts";

export interface ConsoleRequest {
  readonly from: string;
  readonly network: string | undefined;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stop: AbortSignal;
}

/** A balance that lasts for some tasks at a prompt. */
const ENOUGH = ENG / 10n;

export async function runConsole(request: ConsoleRequest, out: Output): Promise<void> {
  const place = await findNetwork(request.cwd, request.network);
  const session = await NetworkSession.open(place, request.from, request.env);
  const others: Enigma[] = [];
  try {
    await session.provide(ENOUGH);
    const context = consoleContext(session, request.env, (enigma) => others.push(enigma));
    if (request.stdin.isTTY === true && !out.json) await prompt(context, place.project.root, request, out);
    else await runScript(context, request.stdin, out);
  } finally {
    for (const enigma of others) enigma.close();
    session.close();
  }
}

/** What a contract or the network answers is told in its words: a stack of this program helps nobody. */
function tellErrorsInWords({ style }: Output): void {
  Object.defineProperty(EnigmaError.prototype, inspect.custom, {
    configurable: true,
    value(this: EnigmaError): string {
      return `${style.red(`${this.code}:`)} ${this.message}\n${style.dim(this.hint)}`;
    },
  });
}

async function prompt(context: ConsoleContext, root: string, request: ConsoleRequest, out: Output): Promise<void> {
  const { style } = out;
  const known = Object.keys(context.contracts);
  tellErrorsInWords(out);
  out.print(
    [
      `${style.bold("enigma")} on ${context.network} as ${style.green(context.account.name)} ${context.account.address}`,
      `contracts: ${known.length === 0 ? "none deployed yet" : known.join(", ")}`,
      style.dim(
        "await contracts.NAME.FUNCTION(…), await contracts.NAME.view.FUNCTION(…), await as('bob'); .help, .exit",
      ),
    ].join("\n"),
  );
  const history = path.join(root, ".enigma", "history");
  await mkdir(path.dirname(history), { recursive: true });
  const server = start({
    ...{ prompt: "enigma> ", input: request.stdin, output: process.stdout },
    ...{ useColors: style.red("") !== "", ignoreUndefined: true },
  });
  const exited = new Promise<void>((closed) => server.once("exit", () => closed()));
  Object.assign(server.context, context);
  request.stop.addEventListener("abort", () => server.close(), { once: true });
  // Lines of before, also those of the last console.
  server.setupHistory(history, () => {});
  await exited;
}
