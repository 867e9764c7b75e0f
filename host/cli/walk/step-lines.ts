const PARTY = 13;

/** The first line of what is told: its title, what it is about, and the time from a user's question to the answer, if any. */
export function header(title: string, about: string, milliseconds?: number): string {
  return `${title}  ${about}${milliseconds === undefined ? "" : `  ${milliseconds.toFixed(1)} ms`}`;
}

/** One line of what is told of a task: the number of its step, who, and what. */
export function line(step: number | "", party: string, text: string): string {
  return `  ${String(step).padEnd(2)} ${party.padEnd(PARTY)} ${text}`;
}

/** The two ends of a hash or an address. */
export function short(hex: string): string {
  return hex.length > 20 ? `${hex.slice(0, 10)}…${hex.slice(-6)}` : hex;
}
