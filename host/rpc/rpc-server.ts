/**
 * A JSON-RPC server over HTTP: `POST /`, `GET /openrpc.json`, and `GET /events` where there is a feed.
 */

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express, { type NextFunction, type Request, type Response } from "express";
import type { Clock } from "../protocol/clock.ts";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { MAX_RPC_BODY_BYTES } from "../protocol/limits.ts";
import type { Logger } from "../protocol/logger.ts";
import { TASK_EVENTS } from "./event-description.ts";
import { EventStream } from "./event-stream.ts";
import { JsonRpcDispatch } from "./json-rpc-dispatch.ts";
import { type OpenRpcInfo, openRpcDocument } from "./openrpc-document.ts";
import { bodyTooLarge, refuse, requestGuard } from "./request-guard.ts";
import type { RpcMethod } from "./rpc-method.ts";
import type { TaskFeed } from "./task-feed.ts";

/** Where a server listens and who may reach it. */
export interface RpcBinding {
  /** Loopback (`127.0.0.1`) unless told otherwise. */
  readonly host?: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Names, besides loopback's, under which clients reach this server. */
  readonly hosts?: readonly string[];
  /** Origins, besides those on loopback, whose pages may use this server. */
  readonly origins?: readonly string[];
}

export interface RpcServerOptions {
  readonly binding: RpcBinding;
  readonly info: OpenRpcInfo;
  readonly methods: readonly RpcMethod[];
  readonly feed?: TaskFeed;
  readonly clock: Clock;
  readonly log: Logger;
}

const KEEP_ALIVE_MS = 60_000;
/** Time for a request to arrive as a whole. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Time for running calls to be answered when the server stops. */
const STOP_MS = 2_000;

export class RpcServer {
  /** `http://host:port`; of a server that listens everywhere, its address on loopback. */
  readonly url: string;
  private readonly server: Server;
  private readonly events: EventStream | undefined;
  private readonly clock: Clock;

  /** Starts listening. @throws EnigmaError `port-in-use` */
  static async start(options: RpcServerOptions): Promise<RpcServer> {
    const events = options.feed && new EventStream(options.feed, options.clock);
    const server = createServer(application(options, events));
    server.keepAliveTimeout = KEEP_ALIVE_MS;
    server.requestTimeout = REQUEST_TIMEOUT_MS;
    const { host = "127.0.0.1", port } = options.binding;
    await listen(server, host, port);
    return new RpcServer(
      server,
      events,
      options.clock,
      `http://${reachableAt(host)}:${(server.address() as AddressInfo).port}`,
    );
  }

  private constructor(server: Server, events: EventStream | undefined, clock: Clock, url: string) {
    this.server = server;
    this.events = events;
    this.clock = clock;
    this.url = url;
  }

  /** Ends event streams and idle connections; running calls have two seconds to be answered. */
  async stop(): Promise<void> {
    this.events?.close();
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeIdleConnections();
    const cancel = this.clock.after(STOP_MS, () => this.server.closeAllConnections());
    await closed;
    cancel();
  }
}

function application(options: RpcServerOptions, events: EventStream | undefined): express.Express {
  const document = openRpcDocument(options.info, options.methods, events && TASK_EVENTS);
  const discover: RpcMethod = {
    name: "rpc.discover",
    summary: "This document.",
    params: [],
    result: { name: "document", schema: { type: "object" } },
    errors: [],
    call: () => document,
  };
  const dispatch = new JsonRpcDispatch([...options.methods, discover], options.log);
  const { hosts = [], origins = [] } = options.binding;
  const app = express();
  app.disable("x-powered-by").disable("etag").set("query parser", "simple");
  app.use(requestGuard({ hosts, origins }));
  app.post(
    "/",
    express.text({ type: () => true, limit: MAX_RPC_BODY_BYTES, inflate: false }),
    async (request, response) => {
      const answer = await dispatch.answer(typeof request.body === "string" ? request.body : "");
      if (answer === undefined) response.status(204).end();
      else response.type("application/json").send(answer);
    },
  );
  app.get("/openrpc.json", (_, response) => {
    response.json(document);
  });
  if (events !== undefined) app.get(TASK_EVENTS.path, (request, response) => events.handle(request, response));
  app.use((_, response) => refuse(response, 404, new EnigmaError("path-unknown")));
  app.use((error: unknown, _: Request, response: Response, __: NextFunction) =>
    answerFailure(error, response, options.log),
  );
  return app;
}

/** Body parser and route failures: the client's mistakes by their own code, everything else as ours. */
function answerFailure(error: unknown, response: Response, log: Logger): void {
  const { type, status } = error as { type?: string; status?: number };
  if (type === "entity.too.large") {
    refuse(response, 413, bodyTooLarge());
  } else if (status !== undefined && status >= 400 && status < 500) {
    refuse(response, status, new EnigmaError("invalid-request"));
  } else {
    log.error("rpc-request-failed", { message: String(error) });
    refuse(response, 500, new EnigmaError("internal-error"));
  }
}

function reachableAt(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const inUse = error.code === "EADDRINUSE";
      reject(inUse ? new EnigmaError("port-in-use", { data: { address: `${host}:${port}` }, cause: error }) : error);
    });
    server.listen(port, host, resolve);
  });
}
