/** The option that turns Node's permission model on: on trial, and called so, before 22.13 and in 23 before 23.5. */
export function permissionFlag(nodeVersion: string): "--permission" | "--experimental-permission" {
  const [major = 0, minor = 0] = nodeVersion.split(".").map(Number);
  const isOnTrial = major < 22 || (major === 22 && minor < 13) || (major === 23 && minor < 5);
  return isOnTrial ? "--experimental-permission" : "--permission";
}

/** Options with which a process serves measured scripts without a thread: hooks need none since 22.15 and 23.5. */
export function measuredImportFlags(nodeVersion: string): string[] {
  const [major = 0, minor = 0] = nodeVersion.split(".").map(Number);
  const lacksHooks = major < 22 || (major === 22 && minor < 15) || (major === 23 && minor < 5);
  return lacksHooks ? ["--experimental-vm-modules"] : [];
}
