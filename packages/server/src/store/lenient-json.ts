/** Reads JSON that people and other programs have had their hands on; of a file that breaks off, what stands whole before. */
import { isUtf8 } from 'node:buffer';
import { getNodeValue, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';

export interface LenientJson {
  readonly value: unknown;
  /** In words, when it was not JSON to the letter. */
  readonly trouble: string | undefined;
  /** Something is missing: the file is damaged, or has a mistake nobody can read past. */
  readonly isBroken: boolean;
}

/** The file cannot be read as what it should be; the message says why. */
export class UnreadableFileError extends Error {
  override readonly name = 'UnreadableFileError';
}

export interface DecodedText {
  readonly text: string;
  /** False when it ends before bytes that are no text. */
  readonly isWhole: boolean;
}

/** UTF-8, or UTF-16 as Windows marks it, without the mark. A broken text ends before the first character that is none. */
export function decodeText(bytes: Uint8Array): DecodedText {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return { text: decode(bytes, 'utf-16le'), isWhole: true };
  if (first === 0xfe && second === 0xff) return { text: decode(bytes, 'utf-16be'), isWhole: true };
  const text = decode(bytes, 'utf-8');
  return isUtf8(bytes)
    ? { text, isWhole: true }
    : { text: text.slice(0, text.indexOf('\ufffd')), isWhole: false };
}

const decode = (bytes: Uint8Array, encoding: string): string => new TextDecoder(encoding).decode(bytes);

/** Bare words of other languages, which JSON forbids; strings are matched first so that they stay. */
const STRING_OR_BARE_WORD = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity|True|False|None|undefined)\b/g;
const IN_JSON: Readonly<Record<string, string>> = {
  Infinity: '1e999', // read as infinite
  '-Infinity': '-1e999',
  True: 'true',
  False: 'false',
};
const withoutBareWords = (text: string): string =>
  text.replace(STRING_OR_BARE_WORD, (match) => (match.startsWith('"') ? match : (IN_JSON[match] ?? 'null')));

/** Mistakes that leave no doubt about what is meant. */
const HARMLESS = new Set(['CommaExpected', 'InvalidCharacter']);
const isBreak = ({ error }: ParseError): boolean => !HARMLESS.has(printParseErrorCode(error));

/**
 * @param level how many keys lead to an entry: of a broken file whole entries are taken, never half of one
 * @throws UnreadableFileError when nothing can be read at all
 */
export function readLeniently(bytes: Uint8Array, level: number): LenientJson {
  const { text, isWhole } = decodeText(bytes);
  try {
    return (isWhole && readExactly(text)) || readTree(withoutBareWords(text), isWhole, level);
  } catch (error) {
    if (error instanceof RangeError) throw new UnreadableFileError('it is nested too deeply'); // the stack is full
    throw error;
  }
}

function readExactly(text: string): LenientJson | undefined {
  for (const attempt of [text, withoutBareWords(text)]) {
    try {
      const value: unknown = JSON.parse(attempt);
      JSON.stringify(value); // what is nested too deeply to be written again is not taken in
      return { value, trouble: undefined, isBroken: false };
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return undefined;
}

function readTree(text: string, isWhole: boolean, level: number): LenientJson {
  const { tree, errors } = treeOf(text);
  if (tree === undefined) throw new UnreadableFileError(isWhole ? 'it is not JSON' : 'it is not UTF-8 text');
  const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length;
  const broken = errors.find(isBreak);
  if (broken === undefined && isWhole) {
    const [first] = errors;
    const what =
      first === undefined
        ? 'it has comments or commas that JSON has not'
        : `line ${lineOf(first.offset)} is not JSON`;
    return { value: getNodeValue(tree), trouble: `${what}; read all the same`, isBroken: false };
  }
  const breakAt = broken?.offset ?? text.length;
  const what = isWhole ? 'it is not JSON' : 'it is not UTF-8 text';
  return {
    value: wholePart(tree, level, (node) => node.offset + node.length <= breakAt && isWholeNode(text, node)),
    trouble: `${what} from line ${lineOf(breakAt)} on; what stands whole before that is taken`,
    isBroken: true,
  };
}

function treeOf(text: string): { readonly tree: Node | undefined; readonly errors: readonly ParseError[] } {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  return { tree, errors };
}

/** Where a file breaks off, what is open ends with it: only its own text says whether a part is closed. */
const isWholeNode = (text: string, { offset, length }: Node): boolean =>
  !treeOf(text.slice(offset, offset + length)).errors.some(isBreak);

/** Of the objects that lead to entries and are open where the file breaks: what is whole in them. */
function wholePart(node: Node, level: number, isWholeOne: (node: Node) => boolean): unknown {
  if (isWholeOne(node) || node.type !== 'object') return getNodeValue(node);
  const entries: [string, unknown][] = [];
  for (const { children: [key, value] = [] } of node.children ?? []) {
    if (key === undefined || value === undefined) continue;
    if (isWholeOne(value)) entries.push([String(key.value), getNodeValue(value)]);
    else if (level > 1 && value.type === 'object')
      entries.push([String(key.value), wholePart(value, level - 1, isWholeOne)]);
  }
  return Object.fromEntries(entries);
}
