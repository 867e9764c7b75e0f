import { expect, test } from "vitest";
import { BoundedWait } from "../../host/worker/bounded-wait.ts";

test("the oldest of too many waiting messages is dropped, the others get what they wait for", async () => {
  const room = new BoundedWait(2);
  const { promise, resolve } = Promise.withResolvers<string>();
  const waits = [1, 2, 3].map((number) => room.hold(async () => `${await promise} ${number}`));
  expect(room.size).toBe(2);
  expect(await waits[0]).toBeUndefined();
  resolve("block");
  expect(await Promise.all(waits)).toEqual([undefined, "block 2", "block 3"]);
  expect(room.size).toBe(0);
});
