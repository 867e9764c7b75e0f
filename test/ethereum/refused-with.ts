import { expect } from "vitest";
import { EnigmaError } from "../../host/protocol/errors/enigma-error.ts";

/** Expects a promise to fail with an error of that code, and returns the error. */
export async function refusedWith(code: string, action: Promise<unknown>): Promise<EnigmaError> {
  const error = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EnigmaError);
  expect((error as EnigmaError).code).toBe(code);
  return error as EnigmaError;
}
