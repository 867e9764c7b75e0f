/**
 * Prints each step on a line of its own: `  wasm32 target ................ built in 31 s`.
 *
 * On stderr, so that `npm start -- --json` keeps stdout for its answer. A terminal sees the line move while the step
 * runs; a log gets the label when it starts and the rest when it ends.
 */
import { isStopping } from "./command.mjs";

const LABEL_WIDTH = 34;

const terminal = process.stderr.isTTY === true;

/**
 * Runs one step that has something to do.
 *
 * @template T
 * @param {string} label
 * @param {string} verb what is said of it in the end: "built", "installed"
 * @param {(report: (line: string) => void) => Promise<T>} action calls `report` with what it is doing
 * @returns {Promise<T>}
 */
export async function step(label, verb, action) {
  const started = Date.now();
  const head = `  ${label} ${".".repeat(Math.max(3, LABEL_WIDTH - label.length))} `;
  let doing = "";
  const redraw = () => draw(`${head}${elapsed(started)}  ${doing}`);
  const timer = terminal ? setInterval(redraw, 500) : undefined;
  process.stderr.write(head);
  try {
    const result = await action((line) => {
      doing = line.trim();
    });
    const end = `${verb} in ${elapsed(started)}`;
    finish(`${head}${end}`, end);
    return result;
  } catch (error) {
    const end = `${isStopping() ? "interrupted" : "failed"} after ${elapsed(started)}`;
    finish(`${head}${end}`, end);
    throw error;
  } finally {
    clearInterval(timer);
  }
}

function draw(text) {
  const width = process.stderr.columns ?? 80;
  process.stderr.write(`\r\x1b[2K${text.slice(0, width - 1)}`);
}

function finish(whole, rest) {
  process.stderr.write(terminal ? `\r\x1b[2K${whole}\n` : `${rest}\n`);
}

function elapsed(started) {
  const seconds = (Date.now() - started) / 1000;
  return seconds < 10 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds)} s`;
}
