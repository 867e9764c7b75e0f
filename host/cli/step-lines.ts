const PARTY = 13;

/** One line of what is told of a task: the number of its step, who, and what. */
export function line(step: number | "", party: string, text: string): string {
  return `  ${String(step).padEnd(2)} ${party.padEnd(PARTY)} ${text}`;
}

/** The two ends of a hash. */
export function short(hex: string): string {
  return hex.length > 20 ? `${hex.slice(0, 10)}…${hex.slice(-6)}` : hex;
}
