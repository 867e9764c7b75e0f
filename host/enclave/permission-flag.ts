/** The option that turns Node's permission model on: on trial, and called so, before 22.13 and in 23 before 23.5. */
export function permissionFlag(nodeVersion: string): "--permission" | "--experimental-permission" {
  const [major = 0, minor = 0] = nodeVersion.split(".").map(Number);
  const isOnTrial = major < 22 || (major === 22 && minor < 13) || (major === 23 && minor < 5);
  return isOnTrial ? "--experimental-permission" : "--permission";
}
