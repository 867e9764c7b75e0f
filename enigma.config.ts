/** Makes the sample contracts a project, so that `npm run contract` compiles and checks them. */
import { defineConfig } from "./host/project/config.ts";

export default defineConfig({
  contracts: "contracts/secret",
  artifacts: "contracts/dist/artifacts",
  typescript: false,
});
