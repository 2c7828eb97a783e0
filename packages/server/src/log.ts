/** What a person wants to know, one line each; as JSON with a flag (SPEC O3). */
import { Writable } from 'node:stream';
import { pino, type Logger } from 'pino';

const WARN = 40;
const ERROR = 50;

interface LogLine {
  readonly level: number;
  readonly time: number;
  readonly msg: string;
  readonly err?: { readonly message: string; readonly stack?: string };
}

/** What would turn a line round, or write on the terminal. */
const UNSAFE = /[\u202a-\u202e\u2066-\u2069\u2028\u2029]|(?!\n)\p{Cc}/gu;
/** As wide as the clock: what goes on does not look like a line of its own. */
const INDENT = ' '.repeat(10);

/** Whatever people and files are called, their names are read from left to right and stay in their line: as JSON spells them. */
export const safeLine = (line: string): string =>
  line
    .replace(UNSAFE, (unsafe) => `\\u${unsafe.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replace(/\n(?!$)/g, `\n${INDENT}`);

const mark = (level: number): string => (level >= ERROR ? 'ERROR ' : level >= WARN ? 'warning: ' : '');

/** One JSON line of pino as a line for people. */
export function humanLine(json: string): string {
  const { level, time, msg, err } = JSON.parse(json) as LogLine;
  const clock = new Date(time).toTimeString().slice(0, 8);
  const reason = err ? `: ${err.message}` : '';
  return `${clock}  ${mark(level)}${msg}${reason}\n`;
}

export function createLog(json: boolean): Logger {
  const lines = new Writable({
    write(chunk: Buffer, _encoding, done) {
      const line = chunk.toString('utf8');
      process.stdout.write(safeLine(json ? line : humanLine(line)));
      done();
    },
  });
  return pino({ base: null }, lines);
}
