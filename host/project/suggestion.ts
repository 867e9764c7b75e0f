/** "Did you mean …?" for names that do not exist. */

/** The known name that a user most likely meant, if one is near enough. */
export function suggestion(given: string, known: Iterable<string>): string | undefined {
  const lower = given.toLowerCase();
  let best: { readonly name: string; readonly edits: number } | undefined;
  for (const name of known) {
    const edits =
      name.toLowerCase().startsWith(lower) && lower.length > 1 ? 1 : editDistance(lower, name.toLowerCase());
    if (edits <= allowed(name) && (best === undefined || edits < best.edits)) best = { name, edits };
  }
  return best?.name;
}

/** The sentence to append to an error, with a space before it, or nothing. */
export function didYouMean(given: string, known: Iterable<string>): string {
  const name = suggestion(given, known);
  return name === undefined ? "" : ` Did you mean "${name}"?`;
}

/** A third of a name may be wrong, and one letter always. */
function allowed(name: string): number {
  return Math.max(1, Math.floor(name.length / 3));
}

/** How many letters must be inserted, deleted, replaced or swapped with their neighbour. */
export function editDistance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= from.length; row += 1) {
    const above = rows[row - 1] as number[];
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1];
      let edits = Math.min(
        at(above, column) + 1,
        at(current, column - 1) + 1,
        at(above, column - 1) + (isSame ? 0 : 1),
      );
      const isSwap = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (isSwap) edits = Math.min(edits, at(rows[row - 2] as number[], column - 2) + 1);
      current.push(edits);
    }
    rows.push(current);
  }
  return at(rows[from.length] as number[], to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] as number;
}
