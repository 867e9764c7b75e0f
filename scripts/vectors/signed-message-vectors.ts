/** Vectors of what workers and users sign beside receipts, and of pairs of receipts that convict their signer. */
import { DEPLOYMENTS, MAX_UINT64, sampleHex, type Vector, ZERO_HASH } from "./sample-values.ts";
import { domainJson, fields, RECEIPT, signedVector, type Types } from "./typed-data-vectors.ts";

const VIEW_PERMIT: Types = {
  ViewPermit: fields(
    "address account,address secretContract,bytes32 inputHash,uint64 epoch,uint64 expiryBlock,bytes32 requestId",
  ),
};
const VIEW_ANSWER: Types = {
  ViewAnswer: fields("bytes32 requestId,address secretContract,bytes32 tip,uint64 blockNumber,bytes32 outputHash"),
};
const WORKER_REGISTRATION: Types = {
  WorkerRegistration: fields("address worker,address signer,bytes32 encryptionKey"),
};

export function viewPermitVectors(): Vector[] {
  return numbered("permit", (number) => ({
    account: sampleHex(`permit/account/${number}`, 20),
    secretContract: sampleHex(`permit/contract/${number}`, 20),
    inputHash: sampleHex(`permit/input/${number}`, 32),
    epoch: `${number}`,
    expiryBlock: number === 1n ? "120" : `${MAX_UINT64}`,
    requestId: sampleHex(`permit/request/${number}`, 32),
  })).map((one) => signed(one, VIEW_PERMIT, "ViewPermit", "permit"));
}

export function viewAnswerVectors(): Vector[] {
  return numbered("answer", (number) => ({
    requestId: sampleHex(`answer/request/${number}`, 32),
    secretContract: sampleHex(`answer/contract/${number}`, 20),
    tip: sampleHex(`answer/tip/${number}`, 32),
    blockNumber: `${number}`,
    outputHash: sampleHex(`answer/output/${number}`, 32),
  })).map((one) => signed(one, VIEW_ANSWER, "ViewAnswer", "answer"));
}

export function workerRegistrationVectors(): Vector[] {
  return numbered("registration", (number) => ({
    worker: sampleHex(`registration/worker/${number}`, 20),
    signer: sampleHex(`registration/signer/${number}`, 20),
    encryptionKey: sampleHex(`registration/key/${number}`, 32),
  })).map((one) => signed(one, WORKER_REGISTRATION, "WorkerRegistration", "registration"));
}

/** Pairs of receipts by one signer, and by two; `expected` says whether they convict. */
export function equivocationVectors(): Vector[] {
  const other = (label: string) => sampleHex(`equivocation/other/${label}`, 32);
  const first = receipt();
  const [called, touched] = first.moves;
  const cases: readonly (readonly [string, boolean, object, string?])[] = [
    ["another output", true, { outputHash: other("output") }],
    ["another state after", true, { moves: [{ ...called, stateAfter: other("after") }, touched] }],
    ["more gas used", true, { gasUsed: "200001" }],
    ["other effects", true, { effectsHash: other("effects") }],
    ["failed instead of committed", true, { status: 2, moves: first.moves.map(unmoved) }],
    ["the very same receipt", false, {}],
    ["another task", false, { taskId: other("task"), outputHash: other("output") }],
    ["another record of the task", false, { recordHash: other("record"), outputHash: other("output") }],
    ["executed again in a later epoch", false, { epoch: "4", outputHash: other("output") }],
    ["executed again on another state", false, { moves: [{ ...called, stateBefore: other("before") }, touched] }],
    [
      "executed again on another touched state",
      false,
      { moves: [called, { ...touched, stateBefore: other("before") }] },
    ],
    ["one contract less", false, { moves: [called] }],
    ["the contracts in another order", false, { moves: [touched, called] }],
    ["another output, signed by another enclave", false, { outputHash: other("output") }, "other"],
  ];
  return cases.flatMap(([name, expected, changes, signer]) =>
    DEPLOYMENTS.map((deployment) => {
      const second = { ...first, ...changes };
      const { name: deploymentName, ...domain } = domainJson(deployment);
      const one = signedVector(deployment, RECEIPT, "Receipt", first);
      const two = signedVector(deployment, RECEIPT, "Receipt", second, signer);
      const signatures = { firstSignature: one.expected.signature, secondSignature: two.expected.signature };
      const pair = { first, second, ...signatures, signer: one.expected.signer };
      return { name: `${name}, ${deploymentName}`, ...domain, ...pair, expected };
    }),
  );
}

function receipt() {
  const move = (label: string) => ({
    secretContract: sampleHex(`equivocation/${label}`, 20),
    stateBefore: sampleHex(`equivocation/${label}/before`, 32),
    stateAfter: sampleHex(`equivocation/${label}/after`, 32),
  });
  return {
    taskId: sampleHex("equivocation/task", 32),
    recordHash: sampleHex("equivocation/record", 32),
    epoch: "3",
    moves: [move("called"), move("touched")],
    outputHash: sampleHex("equivocation/output", 32),
    gasUsed: "200000",
    effectsHash: ZERO_HASH,
    status: 1,
  };
}

function unmoved<M extends { stateBefore: string }>(move: M): M & { stateAfter: string } {
  return { ...move, stateAfter: move.stateBefore };
}

interface Message {
  readonly deployment: (typeof DEPLOYMENTS)[number];
  readonly name: string;
  readonly value: object;
}

function numbered(what: string, make: (number: bigint) => object): Message[] {
  return DEPLOYMENTS.flatMap((deployment) =>
    [1n, MAX_UINT64].map((number) => ({ deployment, name: `${what} ${number}`, value: make(number) })),
  );
}

function signed({ deployment, name, value }: Message, types: Types, primary: string, field: string): Vector {
  const { name: deploymentName, ...domain } = domainJson(deployment);
  const vector = signedVector(deployment, types, primary, value);
  return { name: `${name}, ${deploymentName}`, ...domain, [field]: value, ...vector };
}
