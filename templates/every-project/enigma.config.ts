import { defineConfig } from "enigma-simulator/config";

// Every field has a default: contracts in contracts/, artifacts in artifacts/, the network that `npm start` starts.
export default defineConfig({});
