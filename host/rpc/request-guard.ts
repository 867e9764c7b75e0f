/**
 * Which HTTP requests are let in at all.
 *
 * The server listens on loopback, but so does every browser on the machine: a web page can send requests there, directly
 * or by letting its own name resolve to 127.0.0.1 (DNS rebinding). So the Host header must name an address this server
 * is known by, and an Origin header, which browsers always send across origins, must be on loopback or on the list.
 * A body must say that it is JSON, which a page cannot do across origins without asking first.
 */

import type { NextFunction, Request, Response } from "express";
import { EnigmaError } from "../protocol/errors/enigma-error.ts";
import { MAX_RPC_BODY_BYTES } from "../protocol/limits.ts";
import { errorAnswer } from "./json-rpc-dispatch.ts";

export interface GuardOptions {
  /** Names, besides loopback's, under which clients reach this server; without a port. */
  readonly hosts: readonly string[];
  /** Origins, besides those on loopback, whose pages may use this server: `https://dapp.example`. */
  readonly origins: readonly string[];
}

/** The largest body that is read to its end only to be refused. */
const MAX_DROPPED_BYTES = 64 * 1024 * 1024;

const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Middleware that refuses other hosts, other origins, other content types and compressed bodies. */
export function requestGuard(
  options: GuardOptions,
): (request: Request, response: Response, next: NextFunction) => void {
  const hosts = new Set([...LOOPBACK, ...options.hosts]);
  const origins = new Set(options.origins);
  return (request, response, next) => {
    const { host, origin } = request.headers;
    if (!hosts.has(hostName(host ?? ""))) return refuse(response, 403, new EnigmaError("host-refused"));
    if (origin !== undefined) {
      if (!origins.has(origin) && !isLoopbackOrigin(origin))
        return refuse(response, 403, new EnigmaError("origin-refused"));
      allowOrigin(response, origin);
    }
    if (request.method === "OPTIONS") {
      response.status(204).end();
      return;
    }
    if (request.method === "POST") {
      if (!request.is("application/json")) return refuse(response, 415, new EnigmaError("content-type-refused"));
      if ((request.headers["content-encoding"] ?? "identity") !== "identity") {
        return refuse(response, 415, new EnigmaError("compressed-body"));
      }
      // The body parser refuses what is too large, but reads (and drops) all of it first, so that clients that write
      // before they read see the refusal. What is announced as absurd is not even read.
      if (Number(request.headers["content-length"] ?? 0) > MAX_DROPPED_BYTES)
        return refuse(response, 413, bodyTooLarge());
    }
    next();
  };
}

/** Answers with an HTTP status and a JSON-RPC error, and ends the connection's use for a body that was not read. */
export function refuse(response: Response, status: number, error: EnigmaError): void {
  response.status(status).set("connection", "close").json(errorAnswer(null, error));
}

/** The refusal of a body that is larger than any request needs. */
export function bodyTooLarge(): EnigmaError {
  return new EnigmaError("body-too-large", { data: { most: MAX_RPC_BODY_BYTES } });
}

function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, "");
}

function isLoopbackOrigin(origin: string): boolean {
  try {
    return LOOPBACK.has(new URL(origin).hostname);
  } catch {
    return false; // "null" and other opaque origins
  }
}

function allowOrigin(response: Response, origin: string): void {
  response.set({
    "access-control-allow-origin": origin,
    "access-control-allow-methods": "GET, POST, OPTIONS",
    "access-control-allow-headers": "content-type",
    "access-control-max-age": "600",
    vary: "origin",
  });
}
