/** The first letter of a name, as people count letters: an accent or an emoji is not cut in two. */
export function initialOf(name: string): string {
  const [first] = new Intl.Segmenter().segment(name);
  return first?.segment.toUpperCase() ?? '';
}
