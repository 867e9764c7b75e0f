/** Runs a journal in a process of its own, begun with other flags of V8: the journal comes on standard input, the evidence of its last run goes to standard output. */
import { buffer } from "node:stream/consumers";
import { deserialize, serialize } from "node:v8";
import { evidenceOf, type Journal, runIn, traceIn } from "./run-journal.ts";
import { Simulation } from "./simulation.ts";

const { origin, modules, runs } = deserialize(await buffer(process.stdin)) as Journal;
const simulation = await Simulation.start(origin.seed, origin.chainId, origin.enigma);
for (const module of modules) simulation.load(module);
for (const run of runs.slice(0, -1)) runIn(simulation, run);
const last = runs.at(-1);
if (last === undefined) throw new TypeError("a journal without runs");
const { position } = simulation;
const ran = runIn(simulation, last);
process.stdout.write(serialize(evidenceOf(ran, traceIn(simulation, last, position))));
