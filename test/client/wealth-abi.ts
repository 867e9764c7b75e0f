/** The ABI that the client's tests speak: overloads, tuples, custom errors, and docs as the SDK writes them. */
export const wealthAbi = [
  {
    type: "constructor",
    inputs: [{ name: "limit", type: "uint64" }],
    stateMutability: "nonpayable",
    doc: "Sets a limit.",
  },
  {
    type: "function",
    name: "addMillionaire",
    inputs: [{ name: "netWorth", type: "uint256" }],
    outputs: [],
    stateMutability: "nonpayable",
    doc: "Registers the caller.",
  },
  { type: "function", name: "richest", inputs: [], outputs: [{ name: "", type: "address" }], stateMutability: "view" },
  {
    type: "function",
    name: "summary",
    inputs: [{ name: "of", type: "address[]" }],
    outputs: [
      { name: "count", type: "uint64" },
      {
        name: "top",
        type: "tuple",
        components: [
          { name: "who", type: "address" },
          { name: "worth", type: "uint256" },
        ],
      },
    ],
    stateMutability: "view",
  },
  {
    type: "function",
    name: "rank",
    inputs: [{ name: "who", type: "address" }],
    outputs: [{ name: "", type: "uint8" }],
    stateMutability: "view",
  },
  {
    type: "function",
    name: "rank",
    inputs: [
      { name: "who", type: "address" },
      { name: "among", type: "uint8[2][]" },
    ],
    outputs: [{ name: "", type: "uint8" }],
    stateMutability: "view",
  },
  {
    type: "event",
    name: "Registered",
    inputs: [
      { name: "who", type: "address", indexed: true },
      { name: "count", type: "uint64", indexed: false },
    ],
    anonymous: false,
  },
  {
    type: "event",
    name: "Rank",
    inputs: [
      { name: "place", type: "uint64", indexed: true },
      { name: "note", type: "string", indexed: false },
    ],
    anonymous: false,
  },
  {
    type: "error",
    name: "TooPoor",
    inputs: [
      { name: "who", type: "address" },
      { name: "worth", type: "uint256" },
    ],
    doc: "The caller has too little.",
  },
] as const;
