/**
 * An enclave in this process, for unit tests: the same package, measured and started the same way, without the process around
 * it. Nothing keeps its memory from the host here.
 */
import { mkdirSync, realpathSync } from "node:fs";
import { launchPackage } from "../../enclave-wasm/platform/hardware/launch-package.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { decodeAnswer, encodeRequest } from "./ecall-frame.ts";
import type { ChannelOptions, EnclaveChannel } from "./enclave-channel.ts";

let instances = 0;

/** Starts an enclave in this process. */
export async function startEnclaveInProcess(options: ChannelOptions): Promise<EnclaveChannel> {
  options.signal?.throwIfAborted();
  if ((options.v8Flags ?? []).length > 0)
    throw new TypeError("an enclave in this process runs under this process's flags");
  mkdirSync(options.platformFolder, { recursive: true });
  const { platformFolder, seed, engine } = options;
  const answer = await launchPackage({
    packageFolder: realpathSync(options.packageFolder),
    platformFolder,
    seed,
    engine,
    instance: String(instances++),
  }).catch(report);
  const ended = Promise.withResolvers<Error | undefined>();
  let gone: Error | undefined;
  const end = (reason?: Error): void => {
    gone ??= reason ?? new EnigmaError("enclave-gone");
    ended.resolve(reason);
  };
  options.signal?.addEventListener("abort", () => end(), { once: true });
  return {
    closed: ended.promise,
    pid: undefined,
    async close() {
      end();
    },
    async call(ecall, body) {
      if (gone !== undefined) throw gone;
      let frame: Uint8Array;
      try {
        frame = await answer(encodeRequest(1, ecall, body));
      } catch (cause) {
        end(new EnigmaError("enclave-gone", { cause }));
        throw gone;
      }
      const { result } = decodeAnswer(frame);
      if (result instanceof Error) throw result;
      return result;
    },
  };
}

function report(error: unknown): never {
  const code = (error as { code?: unknown }).code;
  if (typeof code !== "string") throw error;
  throw EnigmaError.received({ code }, error);
}
