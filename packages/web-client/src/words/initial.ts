const letters = new Intl.Segmenter();

/** The first letter of a name, as people count letters: an accent or an emoji is not cut in two. */
export function initialOf(name: string): string {
  const [first] = letters.segment(name);
  return first?.segment.toUpperCase() ?? '';
}
