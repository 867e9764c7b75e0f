import { Interface } from "ethers";
import { describe, expect, it } from "vitest";
import { enigmaInterface } from "../../host/client/enigma-interface.ts";
import { enigmaAbi } from "../../host/ethereum/generated/enigma-abi.ts";

/** Kind, name, types, results and what is indexed, without the names of arguments. */
function shapes(abi: Interface): string[] {
  return abi.fragments.filter(({ type }) => type !== "constructor").map((fragment) => fragment.format("minimal"));
}

const compiled = new Set(shapes(new Interface(enigmaAbi)));

/** Whatever an order, a refund or a call of a task can meet. */
const USERS_ERRORS =
  /^error (Nonce|Kind|GasLimit|Epoch(TooOld|Unknown)|NoWorkers|Contract|CodeHash|Touches|Group|Input|Posted|CallGas(LimitTooHigh|Spent)|BalanceTooLow|Refund|Target)\w*\(/;

describe("the client's interface of the Enigma contract", () => {
  it("has only what the contract has, as it is compiled", () => {
    expect(shapes(enigmaInterface).filter((shape) => !compiled.has(shape))).toEqual([]);
  });

  it("explains every reason for which an order or a call can be refused", () => {
    const known = shapes(enigmaInterface);
    const refusals = [...compiled].filter((shape) => USERS_ERRORS.test(shape));
    expect(refusals.length).toBeGreaterThan(15);
    expect(refusals.filter((shape) => !known.includes(shape))).toEqual([]);
  });
});
