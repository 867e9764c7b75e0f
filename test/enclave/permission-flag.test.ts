import { expect, it } from "vitest";
import { measuredImportFlags, permissionFlag } from "../../host/enclave/permission-flag.ts";

it.each([
  ["22.12.0", "--experimental-permission"],
  ["22.13.0", "--permission"],
  ["23.4.0", "--experimental-permission"],
  ["23.5.0", "--permission"],
  ["24.19.0", "--permission"],
  ["26.10.0", "--permission"],
] as const)("Node %s calls its permission model %s", (version, flag) => {
  expect(permissionFlag(version)).toBe(flag);
});

it.each([
  ["22.12.0", ["--experimental-vm-modules"]],
  ["22.14.0", ["--experimental-vm-modules"]],
  ["22.15.0", []],
  ["23.4.0", ["--experimental-vm-modules"]],
  ["23.5.0", []],
  ["24.19.0", []],
] as const)("an enclave on Node %s serves its scripts without a thread with %j", (version, flags) => {
  expect(measuredImportFlags(version)).toEqual(flags);
});
