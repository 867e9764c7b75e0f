/** The oldest Node that runs this, as `engines` of package.json says. Kept free of imports: it runs on Nodes that are too old. */
export const LEAST_NODE = "22.12.0";

/** What to tell where Node is too old, in two lines; undefined where it is new enough. */
export function nodeComplaint(version: string): string | undefined {
  if (!isOlder(version, LEAST_NODE)) return undefined;
  return `node-too-old: Node ${version} is too old: Enigma needs ${LEAST_NODE} or newer.\nInstall a newer one from https://nodejs.org, or with: nvm install 22`;
}

function isOlder(version: string, least: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split(".").map(Number);
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}
