/** Compares what a server answers with what its OpenRPC document says of it. */
import { Ajv, type ValidateFunction } from "ajv";
import type { Schema } from "../../host/rpc/schema.ts";

interface DescribedMethod {
  readonly name: string;
  readonly params: readonly { readonly name: string; readonly schema: Schema; readonly required: boolean }[];
  readonly result: { readonly schema: Schema };
  readonly errors: readonly { readonly code: number; readonly data: { readonly code: string } }[];
}

interface DescribedEvents {
  readonly path: string;
  readonly contentType: string;
  readonly query: readonly { readonly name: string; readonly schema: Schema }[];
  readonly events: readonly { readonly name: string; readonly data: Schema }[];
}

export class OpenRpc {
  readonly methods: readonly DescribedMethod[];
  readonly events: DescribedEvents | undefined;

  /** Reads the document that a server publishes. */
  static async of(url: string): Promise<OpenRpc> {
    return new OpenRpc(await (await fetch(`${url}/openrpc.json`)).json());
  }

  private constructor(document: { methods: readonly DescribedMethod[]; "x-events"?: DescribedEvents }) {
    this.methods = document.methods;
    this.events = document["x-events"];
  }

  get names(): string[] {
    return this.methods.map(({ name }) => name);
  }

  method(name: string): DescribedMethod {
    const method = this.methods.find((each) => each.name === name);
    if (method === undefined) throw new Error(`the document does not know ${name}`);
    return method;
  }

  /** What is wrong with an answer of a method, or with its having something more than the document says; empty for nothing. */
  problems(name: string, result: unknown): unknown[] {
    const { schema } = this.method(name).result;
    if (isValid(schema, { ...(result as object), more: 1 })) return ["the document allows any other field"];
    return problemsOf(schema, result);
  }

  /** Names of the params whose value, or whose absence, the document does not allow, and of those it does not know. */
  wrongParams(name: string, params: Readonly<Record<string, unknown>>): string[] {
    const { params: described } = this.method(name);
    const wrong = described.filter(({ name: param, schema, required }) =>
      params[param] === undefined ? required : !isValid(schema, params[param]),
    );
    const known = new Set(described.map(({ name: param }) => param));
    return [...wrong.map(({ name: param }) => param), ...Object.keys(params).filter((param) => !known.has(param))];
  }
}

/** What Ajv finds wrong; empty for nothing. */
export function problemsOf(schema: Schema, value: unknown): unknown[] {
  const validate = compile(schema);
  return validate(value) ? [] : (validate.errors ?? []);
}

function isValid(schema: Schema, value: unknown): boolean {
  return problemsOf(schema, value).length === 0;
}

function compile(schema: Schema): ValidateFunction {
  return new Ajv({ strict: false, allErrors: true }).compile(schema);
}
