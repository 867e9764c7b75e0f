/**
 * A set-up step that cannot go on. `hint` is what a person can do about it, ready to be copied into a terminal.
 */
export class SetupError extends Error {
  /**
   * @param {string} code stable kebab-case code
   * @param {string} sentence what is wrong, one sentence
   * @param {string} [hint] the way out
   * @param {string} [detail] the last lines a tool printed
   */
  constructor(code, sentence, hint, detail) {
    super(sentence);
    this.name = "SetupError";
    this.code = code;
    this.hint = hint;
    this.detail = detail;
  }
}

/** What a person reads about it: the tool's last lines, the sentence, the way out. @param {SetupError} error */
export function explanation({ code, message, hint, detail }) {
  return `\n${detail ? `${detail.trimEnd()}\n\n` : ""}${code}: ${message}\n${hint ? `${hint}\n` : ""}`;
}
