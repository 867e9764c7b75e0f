/** Vectors of everything signed as EIP-712 typed data, made with a general typed-data encoder. */
import { AbiCoder, computeAddress, SigningKey, TypedDataEncoder, type TypedDataField } from "ethers";
import { DEPLOYMENTS, MAX_UINT64, sampleHex, type Vector, ZERO_HASH } from "./sample-values.ts";

export type Types = Record<string, TypedDataField[]>;

const MOVE = fields("address secretContract,bytes32 stateBefore,bytes32 stateAfter");
export const RECEIPT: Types = {
  Receipt: fields(
    "bytes32 taskId,bytes32 recordHash,uint64 epoch,Move[] moves,bytes32 outputHash,uint64 gasUsed,bytes32 effectsHash,uint8 status",
  ),
  Move: MOVE,
};
const EPOCH: Types = {
  Epoch: fields(
    "uint64 number,bytes32 seed,bytes32 snapshotHash,uint64 snapshotBlock,bytes32 snapshotBlockHash,uint64 firstBlock",
  ),
};
const CONTRACT_KEY: Types = {
  ContractKey: fields("address secretContract,bytes32 codeHash,address group,uint64 epoch,bytes32 publicKey"),
};
const RECEIPT_TUPLE =
  "tuple(bytes32 taskId,bytes32 recordHash,uint64 epoch,tuple(address secretContract,bytes32 stateBefore,bytes32 stateAfter)[] moves,bytes32 outputHash,uint64 gasUsed,bytes32 effectsHash,uint8 status)";

export function receiptVectors(): Vector[] {
  const cases = [
    { name: "committed", moves: 1, epoch: 1n, gasUsed: 123_456n, status: 1 },
    { name: "failed", moves: 1, epoch: 2n, gasUsed: 10_104n, status: 2 },
    { name: "three contracts, largest numbers", moves: 3, epoch: MAX_UINT64, gasUsed: MAX_UINT64, status: 1 },
    { name: "no move", moves: 0, epoch: 0n, gasUsed: 0n, status: 2 },
    { name: "eight contracts with effects", moves: 8, epoch: 5n, gasUsed: 987_654n, status: 1, effects: true },
    { name: "two contracts, failed", moves: 2, epoch: 5n, gasUsed: 600_000n, status: 2 },
  ];
  return cases.flatMap((one) => DEPLOYMENTS.map((deployment) => receiptVector(one, deployment)));
}

type ReceiptCase = { name: string; moves: number; epoch: bigint; gasUsed: bigint; status: number; effects?: boolean };

function receiptVector(one: ReceiptCase, deployment: (typeof DEPLOYMENTS)[number]): Vector {
  const [called, ...touched] = Array.from({ length: one.moves }, (_, index) => moveOf(one, index));
  const ascending = touched.sort((a, b) => (a.secretContract < b.secretContract ? -1 : 1));
  const moves = called === undefined ? [] : [called, ...ascending];
  const receipt = {
    taskId: sampleHex(`${one.name}/task`, 32),
    recordHash: sampleHex(`${one.name}/record`, 32),
    epoch: `${one.epoch}`,
    moves,
    outputHash: sampleHex(`${one.name}/output`, 32),
    gasUsed: `${one.gasUsed}`,
    effectsHash: one.effects === true ? sampleHex(`${one.name}/effects`, 32) : ZERO_HASH,
    status: one.status,
  };
  const encoded = AbiCoder.defaultAbiCoder().encode([RECEIPT_TUPLE], [receipt]);
  const signed = signedVector(deployment, RECEIPT, "Receipt", receipt);
  const { name, ...domain } = domainJson(deployment);
  return {
    name: `${one.name}, ${name}`,
    ...domain,
    receipt,
    secretKey: signed.secretKey,
    expected: { encoded, ...signed.expected },
  };
}

function moveOf(one: ReceiptCase, index: number) {
  const stateBefore = sampleHex(`${one.name}/before/${index}`, 32);
  const stateAfter = one.status === 1 ? sampleHex(`${one.name}/after/${index}`, 32) : stateBefore;
  return { secretContract: sampleHex(`${one.name}/contract/${index}`, 20), stateBefore, stateAfter };
}

export function epochVectors(): Vector[] {
  return DEPLOYMENTS.flatMap((deployment) =>
    [1n, MAX_UINT64].map((number) => {
      const epoch = {
        number: `${number}`,
        seed: sampleHex(`epoch/seed/${number}`, 32),
        snapshotHash: sampleHex(`epoch/snapshot/${number}`, 32),
        snapshotBlock: number === 1n ? "100" : `${MAX_UINT64}`,
        snapshotBlockHash: sampleHex(`epoch/block/${number}`, 32),
        firstBlock: number === 1n ? "105" : `${MAX_UINT64}`,
      };
      const { name, ...domain } = domainJson(deployment);
      return { name: `epoch ${number}, ${name}`, ...domain, epoch, ...signedVector(deployment, EPOCH, "Epoch", epoch) };
    }),
  );
}

export function contractKeyCertificateVectors(): Vector[] {
  return DEPLOYMENTS.map((deployment) => {
    const contractKey = {
      secretContract: sampleHex("certificate/contract", 20),
      codeHash: sampleHex("certificate/code", 32),
      group: sampleHex("certificate/group", 20),
      epoch: "7",
      publicKey: sampleHex("certificate/key", 32),
    };
    const signed = signedVector(deployment, CONTRACT_KEY, "ContractKey", contractKey);
    return { ...domainJson(deployment), contractKey, ...signed };
  });
}

export function signedVector(
  deployment: (typeof DEPLOYMENTS)[number],
  types: Types,
  primary: string,
  value: object,
  signer: string = primary,
) {
  const domain = { name: "Enigma", version: "1", chainId: deployment.chainId, verifyingContract: deployment.enigma };
  const digest = TypedDataEncoder.hash(domain, types, value);
  const key = new SigningKey(sampleHex(`signing-key/${signer}`, 32));
  const { r, s, v } = key.sign(digest);
  const expected = {
    hash: TypedDataEncoder.hashStruct(primary, types, value),
    digest,
    signer: computeAddress(key.publicKey).toLowerCase(),
    signature: `${r}${s.slice(2)}${v.toString(16)}`,
  };
  return { secretKey: key.privateKey, expected };
}

export function domainJson({ name, chainId, enigma }: (typeof DEPLOYMENTS)[number]) {
  return { name, chainId: `${chainId}`, enigma };
}

export function fields(list: string): TypedDataField[] {
  return list.split(",").map((field) => {
    const [type = "", name = ""] = field.split(" ");
    return { type, name };
  });
}

/** Signatures that Ethereum's ecrecover takes, or that are no signatures, and that the protocol refuses. */
export function signatureRefusedVectors(): Vector[] {
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const digest = sampleHex("refused/digest", 32);
  const { r, s, v } = new SigningKey(sampleHex("refused/key", 32)).sign(digest);
  const tail = s.slice(2);
  const highS = (order - BigInt(s)).toString(16).padStart(64, "0");
  const vByte = v.toString(16);
  const flipped = (55 - v).toString(16);
  const zero = "00".repeat(32);
  const signatures = {
    "the high-s form": `${r}${highS}${flipped}`,
    "recovery id 0": `${r}${tail}00`,
    "recovery id 29": `${r}${tail}1d`,
    "64 bytes": `${r}${tail}`,
    "66 bytes": `${r}${tail}${vByte}00`,
    "r zero": `0x${zero}${tail}${vByte}`,
    "s zero": `${r}${zero}${vByte}`,
    "r equal to the order": `0x${order.toString(16)}${tail}${vByte}`,
    empty: "0x",
  };
  return Object.entries(signatures).map(([name, signature]) => ({
    name,
    digest,
    signature,
    error: "signature-malformed",
  }));
}
