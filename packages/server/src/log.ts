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

const mark = (level: number): string => (level >= ERROR ? 'ERROR ' : level >= WARN ? 'warning: ' : '');

/** One JSON line of pino as a line for people. */
export function humanLine(json: string): string {
  const { level, time, msg, err } = JSON.parse(json) as LogLine;
  const clock = new Date(time).toTimeString().slice(0, 8);
  const reason = err ? `: ${err.message}` : '';
  return `${clock}  ${mark(level)}${msg}${reason}\n`;
}

export function createLog(json: boolean): Logger {
  if (json) return pino({ base: null });
  const people = new Writable({
    write(chunk: Buffer, _encoding, done) {
      process.stdout.write(humanLine(chunk.toString('utf8')));
      done();
    },
  });
  return pino({ base: null }, people);
}
