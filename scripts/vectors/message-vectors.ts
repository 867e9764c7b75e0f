/** Vectors of messages between one key and a contract that are no tasks: private events and views. */
import { createHash } from "node:crypto";
import { AbiCoder, id, keccak256, solidityPackedKeccak256 } from "ethers";
import { publicKeyOf, seal, sharedSecret } from "./encryption-vectors.ts";
import { tagOf } from "./hash-vectors.ts";
import { bigEndian, bytesOf, DEPLOYMENTS, hexOf, sampleBytes, sampleHex, type Vector } from "./sample-values.ts";

type Deployment = (typeof DEPLOYMENTS)[number];

const coder = AbiCoder.defaultAbiCoder();

/** `crypto_kx` with the contract as the server: what it receives with, then what it sends with. */
function serverKeys(contractSecretKey: Uint8Array, otherKey: Uint8Array): { input: Uint8Array; output: Uint8Array } {
  const shared = sharedSecret(contractSecretKey, otherKey);
  const hash = createHash("blake2b512").update(shared).update(otherKey).update(publicKeyOf(contractSecretKey));
  const keys = hash.digest();
  return { input: keys.subarray(32), output: keys.subarray(0, 32) };
}

function place(tag: Parameters<typeof tagOf>[0], at: Deployment, contract: string, id: string, index: number): Buffer {
  const head = [bytesOf(tagOf(tag)), bigEndian(at.chainId, 32), bytesOf(at.enigma)];
  return Buffer.concat([...head, bytesOf(contract), bytesOf(id), bigEndian(BigInt(index), 4)]);
}

export function privateEventVectors(): Vector[] {
  const cases = [
    { name: "to the user", named: false, index: 0, signature: "Won(uint256)", types: ["uint256"], values: [42n] },
    { name: "to a named key", named: true, index: 31, signature: "Bid(address,bytes)", types: ["address", "bytes"] },
    { name: "without arguments", named: true, index: 1, signature: "Closed()", types: [], values: [] },
  ];
  return cases.flatMap(({ name, named, index, signature, types, values }) =>
    DEPLOYMENTS.map((deployment) => {
      const contractSecretKey = sampleBytes(`private-event/contract/${name}`, 32);
      const recipientSecretKey = sampleBytes(`private-event/recipient/${name}`, 32);
      const recipientKey = publicKeyOf(recipientSecretKey);
      const secretContract = sampleHex(`private-event/address/${name}`, 20);
      const taskId = sampleHex(`private-event/task/${name}`, 32);
      const args = coder.encode(types, values ?? [sampleHex("private-event/bidder", 20), sampleHex("bytes", 45)]);
      const topic = id(signature);
      const key = serverKeys(contractSecretKey, recipientKey).output;
      const associatedData = place("event", deployment, secretContract, taskId, index);
      const ciphertext = seal(key, associatedData, Buffer.concat([bytesOf(topic), bytesOf(args)])).sealed;
      const recipient = named ? hexOf(recipientKey) : hexOf(new Uint8Array(32));
      return {
        name: `${name}, ${deployment.name}`,
        chainId: `${deployment.chainId}`,
        enigma: deployment.enigma,
        secretContract,
        taskId,
        index,
        epoch: "7",
        contractSecretKey: hexOf(contractSecretKey),
        recipientSecretKey: hexOf(recipientSecretKey),
        recipient,
        topic,
        args,
        expected: {
          recipientKey: hexOf(recipientKey),
          ciphertext,
          topics: [id("PrivateEvent(bytes32,bytes32,uint64,bytes)"), taskId, recipient],
          data: coder.encode(["uint64", "bytes"], [7n, ciphertext]),
        },
      };
    }),
  );
}

export function viewEncryptionVectors(): Vector[] {
  return DEPLOYMENTS.flatMap((deployment) =>
    [4, 68, 300].map((length) => {
      const contractSecretKey = sampleBytes(`view/contract/${length}`, 32);
      const responseSecretKey = sampleBytes(`view/response/${length}`, 32);
      const responseKey = publicKeyOf(responseSecretKey);
      const secretContract = sampleHex(`view/address/${length}`, 20);
      const requestId = sampleHex(`view/request/${length}`, 32);
      const calldata = sampleBytes(`view/calldata/${length}`, length);
      // The ending `returned`, then one word.
      const answer = Buffer.concat([Uint8Array.of(0), sampleBytes(`view/answer/${length}`, 32)]);
      const keys = serverKeys(contractSecretKey, responseKey);
      const input = seal(keys.input, place("viewInput", deployment, secretContract, requestId, 0), calldata).sealed;
      const output = seal(keys.output, place("viewOutput", deployment, secretContract, requestId, 0), answer).sealed;
      return {
        name: `${length} bytes, ${deployment.name}`,
        chainId: `${deployment.chainId}`,
        enigma: deployment.enigma,
        secretContract,
        requestId,
        contractSecretKey: hexOf(contractSecretKey),
        responseSecretKey: hexOf(responseSecretKey),
        calldata: hexOf(calldata),
        answer: hexOf(answer),
        expected: {
          responseKey: hexOf(responseKey),
          input,
          inputHash: solidityPackedKeccak256(["bytes", "bytes32"], [input, hexOf(responseKey)]),
          output,
          outputHash: keccak256(output),
        },
      };
    }),
  );
}
