import { expect, test } from "vitest";
import type { Enclave } from "../../host/enclave/enclave-client.ts";
import { EnclaveLink } from "../../host/enclave/enclave-link.ts";
import { systemClock } from "../../host/protocol/clock.ts";
import { EnigmaError } from "../../host/protocol/errors/enigma-error.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../host/protocol/hex.ts";
import { silentLogger } from "../../host/protocol/logger.ts";
import type { NodeEvent } from "../../host/protocol/node-event.ts";

/** An enclave that does nothing but end. */
class FakeEnclave implements Enclave {
  readonly identity = {
    signer: ZERO_ADDRESS,
    encryptionKey: new Uint8Array(32),
    mrEnclave: ZERO_HASH,
    mrSigner: ZERO_HASH,
    debug: true,
    created: false,
  };
  readonly pid = undefined;
  readonly closed: Promise<Error | undefined>;
  readonly end: (reason?: Error) => void;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<Error | undefined>();
    this.closed = promise;
    this.end = resolve;
  }

  quote = async () => ({ quote: new Uint8Array(), collateral: new Uint8Array() });
  close = async (): Promise<void> => this.end();
}

function linkOf(launch: () => Promise<FakeEnclave>, events: NodeEvent[] = []): Promise<EnclaveLink<FakeEnclave>> {
  return EnclaveLink.start({ launch, clock: systemClock, log: silentLogger, observe: (event) => events.push(event) });
}

test("an enclave that dies is started again, as a new generation", async () => {
  const events: NodeEvent[] = [];
  const link = await linkOf(async () => new FakeEnclave(), events);
  const first = await link.get();
  first.end(new Error("killed"));
  await first.closed;
  const second = await link.get();
  expect(second).not.toBe(first);
  expect(link.generation).toBe(2);
  expect(events.map(({ kind }) => kind)).toEqual(["enclave-started", "enclave-died", "enclave-started"]);
  await link.stop();
});

test("a start that fails is repeated", async () => {
  let starts = 0;
  const link = await linkOf(async () => {
    starts += 1;
    if (starts === 2) throw new EnigmaError("enclave-gone");
    return new FakeEnclave();
  });
  const first = await link.get();
  first.end();
  await first.closed;
  expect(await link.get()).not.toBe(first);
  expect(starts).toBe(3);
  await link.stop();
});

test("the first start is not repeated: its error is the node's", async () => {
  const failing = linkOf(() => Promise.reject(new EnigmaError("enclave-signature")));
  await expect(failing).rejects.toMatchObject({ code: "enclave-signature" });
});

test("a stopped link starts nothing again and gives no enclave", async () => {
  const events: NodeEvent[] = [];
  const link = await linkOf(async () => new FakeEnclave(), events);
  const enclave = await link.get();
  await link.stop();
  await enclave.closed;
  await expect(link.get()).rejects.toMatchObject({ code: "enclave-gone" });
  expect(events.map(({ kind }) => kind)).toEqual(["enclave-started"]);
});
