/** Version of this software, as nodes tell it; the same as in package.json and both Cargo workspaces. */
export const VERSION = "0.1.0";
