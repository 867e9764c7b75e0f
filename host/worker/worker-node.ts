/**
 * A worker node: composes enclave, chain, storage, peers and JSON-RPC, and lets events flow between them.
 *
 *   user ── JSON-RPC ─▶ intake ─▶ gossip ─▶ other workers
 *                         │ selected
 *                         ▼
 *        lanes ─▶ enclave ─▶ committer ─▶ Ethereum ─▶ settler ─▶ store, subscribers, gossip
 *
 * It may be killed at any instant: `start` resumes from storage and chain.
 */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ChainBlock } from "../ethereum/chain-view.ts";
import type { EnigmaTransaction } from "../ethereum/enigma-account.ts";
import type { EnigmaEvent, ReceiptRefused, TaskSettled } from "../ethereum/enigma-events.ts";
import { refusalCode } from "../ethereum/revert-error.ts";
import { type Address, fromHex, type Hash } from "../protocol/hex.ts";
import { MAX_BATCH_RECEIPTS } from "../protocol/limits.ts";
import { logEntryToCbor } from "../protocol/log-entry-cbor.ts";
import { encodeReceipt } from "../protocol/receipt.ts";
import type { InfoResult } from "../protocol/rpc-types.ts";
import { KnownPeers } from "../p2p/known-peers.ts";
import { P2pNode } from "../p2p/p2p-node.ts";
import { peerKeyFromSeed, storedPeerKey } from "../p2p/peer-identity.ts";
import { RpcClient } from "../rpc/rpc-client.ts";
import { RpcServer } from "../rpc/rpc-server.ts";
import { workerMethods } from "../rpc/worker-methods.ts";
import { Store } from "../storage/store.ts";
import { ChainState } from "./chain-state.ts";
import { Committer } from "./committer.ts";
import { EnclaveLink } from "./enclave-link.ts";
import { Executor } from "./executor.ts";
import { KeySupply } from "./key-supply.ts";
import type { ExecutedTask } from "./lane.ts";
import { LanePreparation } from "./lane-preparation.ts";
import { LogSupply } from "./log-supply.ts";
import { ModuleSupply } from "./module-supply.ts";
import type { WorkerOptions } from "./node-options.ts";
import { observing, type Observe } from "./observer.ts";
import { answerPeers } from "./peer-answers.ts";
import { ResultIntake } from "./result-intake.ts";
import { Settler } from "./settler.ts";
import { TaskAdmission } from "./task-admission.ts";
import { TaskBook } from "./task-book.ts";
import { TaskIntake } from "./task-intake.ts";
import { TaskPool } from "./task-pool.ts";
import type { WorkerEnclave } from "./worker-enclave.ts";
import { registerAsWorker } from "./worker-registration.ts";
import { resumeOpenTasks, rollBack } from "./worker-recovery.ts";
import { WorkerService } from "./worker-service.ts";
