import { expect, test } from "vitest";
import { GossipOutbox } from "../../host/p2p/gossip-outbox.ts";

function outbox(fails = false): { outbox: GossipOutbox<number>; sent: number[][] } {
  const sent: number[][] = [];
  const send = async (items: readonly number[]): Promise<void> => {
    sent.push([...items]);
    if (fails) throw new Error("not sent");
  };
  return { outbox: new GossipOutbox({ sizeOf: (item) => item, send, maxBytes: 10, maxItems: 3 }), sent };
}

test("what is added in one turn goes out together, within the bounds and in order", async () => {
  const { outbox: box, sent } = outbox();
  const sizes = [4, 5, 3, 1, 1, 1, 10, 1];
  expect(await Promise.all(sizes.map((size) => box.add(size)))).toEqual(sizes);
  expect(sent).toEqual([[4, 5], [3, 1, 1], [1], [10], [1]]);
});

test("what is added later goes out by itself", async () => {
  const { outbox: box, sent } = outbox();
  await box.add(1);
  await box.add(2);
  expect(sent).toEqual([[1], [2]]);
});

test("what is larger than a message is refused, and what cannot be sent is reported", async () => {
  await expect(outbox().outbox.add(11)).rejects.toMatchObject({ code: "gossip-too-large" });
  await expect(outbox(true).outbox.add(1)).rejects.toThrow("not sent");
});
