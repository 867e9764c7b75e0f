/** The walk: samples on a fresh network, each told as soon as it is done. */
import type { ObservedEvent } from "../../protocol/node-event.ts";
import { describeEthereumCall, runEthereumCall } from "./ethereum-call.ts";
import { FiveSteps } from "./five-steps.ts";
import { describeHandOver, runHandOver } from "./hand-over.ts";
import { runMillionaires } from "./millionaires.ts";
import type { SampleStage, SampleTask } from "./sample-task.ts";
import { SampleUsers } from "./sample-users.ts";
import { describeView, runView } from "./secret-view.ts";
import type { Shown } from "./walk-json.ts";

export async function showNetwork(
  stage: SampleStage,
  events: readonly ObservedEvent[],
  print: (text: string) => void,
): Promise<Shown> {
  const steps = new FiveSteps(events);
  const tasks: SampleTask[] = [];
  const users = await SampleUsers.connect(stage.network);
  try {
    const millionaires = await runMillionaires(stage, users, async (task) => {
      tasks.push(task);
      print(await steps.describe(task, stage.network, tasks.length));
    });
    print(`Richest: ${tasks.at(-1)?.answer}. Only users and the enclave saw a net worth.\n`);
    const handOver = await runHandOver(stage, millionaires, events);
    print(describeHandOver(handOver));
    const { seen: ethereumCall, voting } = await runEthereumCall(stage, users);
    print(describeEthereumCall(ethereumCall));
    const view = await runView(stage, users, voting, events);
    print(describeView(view));
    return { tasks, handOver, ethereumCall, view };
  } finally {
    users.close();
  }
}
