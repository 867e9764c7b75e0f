import "../../host/testing/matchers/leak-matcher.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { UntypedSecretContract } from "../../host/client/index.ts";
import type { GossipListener } from "../../host/testing/gossip-listener.ts";
import { startTestNetwork, type TestNetwork } from "../../host/testing/test-network.ts";

const SECRET = "nobody else may read this line";

let network: TestNetwork;
let stranger: GossipListener;
let selected: number;
/** As a user calls it whose gateway is not the worker that serves it. */
let probe: UntypedSecretContract;

beforeAll(async () => {
  network = await startTestNetwork();
  const { address } = await network.deploy(await network.user(1), "probe", ["0x01", "0x02"]);
  selected = await network.selected(address);
  stranger = await network.listenToGossip();
  probe = await network.contract(await network.user(2, 1 - selected), "probe", address);
});
afterAll(() => network?.stop());

it("a view is answered by the selected worker through any gateway", async () => {
  expect(await probe.getView("echoString")(SECRET)).toBe(SECRET);
});

it("a view of a contract whose worker is offline is refused as such, after all peers were asked, a stranger too", async () => {
  await network.stopWorker(selected);
  const asked = probe.getView("echoString")(SECRET);
  await expect(asked).rejects.toMatchObject({ code: "worker-not-selected" });
  expect(stranger.views.length).toBeGreaterThan(0);
});

it("what is asked of a view, and what it answers, is read by no host and no peer on its way", async () => {
  await expect(network).not.toLeak(SECRET);
});
