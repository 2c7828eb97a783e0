/** What somebody meant who has mistyped a name. */

/** Letters alone: "sample-rate", "SAMPLE_RATE" and "sampleRate" are spelt the same. */
const spelling = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** How many letters are wrong, missing, too many, or have changed places with their neighbour. */
function slips(typed: string, meant: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: meant.length + 1 }, (_, index) => index);
  for (let i = 1; i <= typed.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= meant.length; j += 1) {
      const isSame = typed[i - 1] === meant[j - 1];
      const isSwapped = i > 1 && j > 1 && typed[i - 1] === meant[j - 2] && typed[i - 2] === meant[j - 1];
      row[j] = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (isSame ? 0 : 1),
        isSwapped ? (beforeLast[j - 2] ?? 0) + 1 : Infinity,
      );
    }
    beforeLast = last;
    last = row;
  }
  return last[meant.length] ?? 0;
}

/** The name that is nearest, when it is near: one slip in three letters at most, and two in all. */
export function nearest(typed: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let fewest = Math.min(2, Math.floor(spelling(typed).length / 3)) + 1;
  for (const name of names) {
    const count = slips(spelling(typed), spelling(name));
    if (count < fewest) [best, fewest] = [name, count];
  }
  return best;
}
