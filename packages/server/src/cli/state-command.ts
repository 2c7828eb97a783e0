/** `foldback state …`: look at what is saved, and back up, restore, import, clear and undo it, server running or not. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gainToDb, type Mix } from '@foldback/protocol';
import { listBackups } from '../store/backup-files.ts';
import { withBackup } from '../store/backups.ts';
import { clientLine, formatChannelsState, parseChannelsState } from '../store/channels-state-file.ts';
import { clientOf } from '../store/client-row.ts';
import { connectToServer } from '../store/control-socket.ts';
import { Database, type AsideReason } from '../store/database.ts';
import { inspectDatabase } from '../store/inspection.ts';
import { writeFlushed } from '../store/durable-file.ts';
import type { JsonObject } from '../store/json-object.ts';
import { decodeText } from '../store/lenient-json.ts';
import { messageOf } from '../store/sqlite-errors.ts';
import { SqliteStore } from '../store/sqlite-store.ts';
import { stateActsOf, type StateActs } from '../store/state-acts.ts';
import type { SavedClient } from '../store/state-store.ts';
import { CHANNELS_STATE_FILE, DATABASE_FILE } from '../store/store-files.ts';

export const STATE_HELP = `foldback state <command> [--config <dir>] [--json]

  list                    everybody whose mix is saved, last seen first
  show <client>           one mix in full
  export [--out <file>]   all mixes as a channels_state.json
  import <file>           take such a file in; who is not in it stays
  backup                  make a backup now, and read it back
  backups                 the backups there are
  restore <name|latest>   everybody as in a backup
  clear <client…>|--all   forget saved mixes
  acts                    what can be undone
  undo [act]              take back the newest clear, import, restore or undo, or the one given
  verify                  read everything saved, and every backup, from end to end
`;

export interface CommandOutput {
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
  readonly now: () => number;
}

interface Result {
  /** For `--json`. */
  readonly data: unknown;
  readonly text: string;
  readonly ok?: boolean;
}

/** Something is wrong with what was asked. */
class UsageError extends Error {}

interface Context {
  readonly directory: string;
  readonly operands: readonly string[];
  readonly all: boolean;
  readonly out: string | undefined;
  readonly output: CommandOutput;
}

type Command = (context: Context) => Promise<Result> | Result;

/** What the commands are given after `foldback state`. @returns the process's exit code */
export async function runStateCommand(args: readonly string[], output: CommandOutput): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        config: { type: 'string', default: 'config' },
        json: { type: 'boolean', default: false },
        all: { type: 'boolean', default: false },
        out: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    const [name = '', ...operands] = positionals;
    if (values.help) {
      output.print(STATE_HELP);
      return 0;
    }
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined) throw new UsageError(`unknown command "${name}"\n\n${STATE_HELP}`);
    if (!existsSync(values.config)) throw new UsageError(`there is no directory ${values.config}`);
    const { config: directory, all, out } = values;
    const result = await command({ directory, operands, all, out, output });
    output.print(values.json ? `${JSON.stringify(result.data)}\n` : result.text);
    return result.ok === false ? 1 : 0;
  } catch (error) {
    output.complain(`foldback state: ${messageOf(error)}\n`);
    return error instanceof UsageError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')
      ? 2
      : 1;
  }
}

/** What somebody did; the archive and what was overwritten came by themselves, and are taken back only when named. */
const UNDONE_UNASKED: ReadonlySet<AsideReason> = new Set(['clear', 'import', 'restore', 'undo']);

const COMMANDS: Readonly<Record<string, Command>> = {
  list: ({ directory }) => {
    const clients = savedClients(directory);
    const rows = clients.map(({ id, name, output, mix, changed_at, seen_at }) => [
      id,
      name ?? '',
      output === null ? '' : `${2 * output + 1}-${2 * output + 2}`,
      `${mix.channels.length}`,
      when(changed_at),
      when(seen_at),
    ]);
    const text = table(['CLIENT', 'NAME', 'OUTPUTS', 'CHANNELS ON', 'CHANGED', 'LAST SEEN'], rows);
    return { data: clients, text: `${text}${people(clients.length)}\n` };
  },

  show: ({ directory, operands }) => {
    const [id] = operands;
    if (id === undefined) throw new UsageError('show: which client?');
    const client = savedClients(directory).find((one) => one.id === id);
    if (client === undefined) throw new Error(`no mix of "${id}" is saved`);
    return { data: client, text: inWords(client) };
  },

  export: ({ directory, out, output }) => {
    const text = withDatabase(directory, (database) => {
      const lines = [...database.clients()].map(({ id, mix, extra, changed_at }) =>
        clientLine(id, JSON.parse(mix) as Mix, JSON.parse(extra) as JsonObject, changed_at),
      );
      return formatChannelsState(lines, database.fileExtra, output.now());
    });
    const data: unknown = JSON.parse(text);
    if (out === undefined) return { data, text };
    writeFlushed(out, Buffer.from(text));
    return { data, text: `written to ${out}\n` };
  },

  import: async ({ directory, operands, output }) => {
    const [file] = operands;
    if (file === undefined) throw new UsageError('import: which file?');
    const content = readFileSync(file);
    parseChannelsState(content); // refused here in words, before anything is touched
    const report = await act(directory, output, (acts) => acts.import(decodeText(content).text));
    return { data: report, text: `${people(report.changed)} changed; "foldback state undo" takes it back\n` };
  },

  backup: async ({ directory, output }) => {
    const report = await act(directory, output, (acts) => acts.backup());
    const { name } = report.backup;
    const text = report.made ? `${name}, read back and whole` : `nothing has changed since ${name}`;
    return { data: report, text: `${text}\n` };
  },

  backups: ({ directory }) => {
    const backups = listBackups(directory);
    return { data: backups, text: backups.map(({ name, at }) => `${when(at)}  ${name}\n`).join('') };
  },

  restore: async ({ directory, operands, output }) => {
    const [asked] = operands;
    if (asked === undefined) throw new UsageError('restore: which backup? See "foldback state backups"');
    const name = asked === 'latest' ? listBackups(directory)[0]?.name : asked;
    if (name === undefined) throw new Error('there is no backup');
    const report = await act(directory, output, (acts) => acts.restore(name));
    return { data: report, text: `${people(report.changed)} changed; "foldback state undo" takes it back\n` };
  },

  clear: async ({ directory, operands, all, output }) => {
    if (all === operands.length > 0) throw new UsageError('clear: either some clients or --all');
    const saved = savedClients(directory).map(({ id }) => id);
    const unknown = operands.filter((id) => !saved.includes(id));
    if (unknown.length > 0)
      throw new Error(`no mix is saved of ${unknown.map((id) => `"${id}"`).join(', ')}`);
    const report = await act(directory, output, (acts) => acts.clear(all ? saved : operands));
    return { data: report, text: `${people(report.changed)} cleared; "foldback state undo" takes it back\n` };
  },

  acts: ({ directory }) => {
    const acts = withDatabase(directory, (database) => database.acts());
    const rows = acts.map(({ act: number, why, at, clients }) => [
      `${number}`,
      when(at),
      why,
      people(clients),
    ]);
    return { data: acts, text: table(['ACT', 'WHEN', 'WHAT', 'WHOM'], rows) };
  },

  undo: async ({ directory, operands, output }) => {
    const acts = withDatabase(directory, (database) => database.acts());
    const chosen =
      operands[0] === undefined
        ? acts.find(({ why }) => UNDONE_UNASKED.has(why))
        : acts.find(({ act: number }) => number === Number(operands[0]));
    if (chosen === undefined) throw new Error('there is nothing to undo');
    const report = await act(directory, output, (all) => all.undo(chosen.act));
    return {
      data: report,
      text: `the ${chosen.why} of ${when(chosen.at)} is undone; ${people(report.changed)} changed\n`,
    };
  },

  verify: ({ directory }) => {
    const checks = [
      check('the store', () => withDatabase(directory, (database) => people(database.account.clients))),
      ...listBackups(directory).map(({ name }) =>
        check(name, () => withBackup(directory, name, (database) => people(database.account.clients))),
      ),
      ...(existsSync(join(directory, CHANNELS_STATE_FILE))
        ? [
            check(CHANNELS_STATE_FILE, () =>
              people(parseChannelsState(readFileSync(join(directory, CHANNELS_STATE_FILE))).clients.length),
            ),
          ]
        : []),
    ];
    const text = checks
      .map(({ what, ok, found }) => `${ok ? 'whole   ' : 'DAMAGED '} ${what}: ${found}\n`)
      .join('');
    return { data: checks, text, ok: checks.every(({ ok }) => ok) };
  },
};

function check(
  what: string,
  look: () => string,
): { readonly what: string; readonly ok: boolean; readonly found: string } {
  try {
    return { what, ok: true, found: look() };
  } catch (error) {
    return { what, ok: false, found: messageOf(error) };
  }
}

/** By the server that runs on the directory, so that its desk and every phone follow; else on the files. */
async function act<Answer>(
  directory: string,
  output: CommandOutput,
  what: (acts: StateActs) => Promise<Answer>,
): Promise<Answer> {
  const running = await connectToServer(directory);
  if (running !== undefined) return what(running);
  const store = new SqliteStore({
    directory,
    listener: {
      saved: () => undefined,
      archived: () => undefined,
      notice: ({ message }) => {
        output.complain(`${message}\n`);
      },
    },
  });
  try {
    await store.load();
    return await what(stateActsOf(store));
  } finally {
    await store.close();
  }
}

/** Reads beside a running server; it does not notice. */
function withDatabase<Answer>(directory: string, look: (database: Database) => Answer): Answer {
  const path = join(directory, DATABASE_FILE);
  if (!existsSync(path)) throw new Error(`nothing is saved in ${directory} yet`);
  inspectDatabase(path);
  const database = Database.open(path);
  try {
    return look(database);
  } finally {
    database.close();
  }
}

const savedClients = (directory: string): SavedClient[] =>
  withDatabase(directory, (database) => [...database.clients()].map(clientOf)).sort(
    (a, b) => b.seen_at - a.seen_at,
  );

const people = (count: number): string => `${count} client${count === 1 ? '' : 's'}`;

/** A time that an earlier version took from a file unread may be none. */
const when = (at: number): string =>
  Number.isNaN(new Date(at).getTime())
    ? 'unknown'
    : new Date(at).toISOString().replace('T', ' ').slice(0, 16);

function inWords({ id, name, mix, output, mute_all, changed_at }: SavedClient): string {
  const level = (gain: number): string => (gain === 0 ? 'off' : `${gainToDb(gain).toFixed(1)} dB`);
  const numbers = new Set([
    ...mix.channels.map(String),
    ...Object.keys(mix.gains),
    ...Object.keys(mix.mutes),
  ]);
  const rows = [...numbers]
    .map(Number)
    .sort((a, b) => a - b)
    .map((channel) => [
      `${channel + 1}`,
      mix.channels.includes(channel) ? 'on' : '',
      level(mix.gains[channel] ?? 1),
      `${mix.pans[channel] ?? 0}`,
      mix.mutes[channel] === true ? 'muted' : '',
      mix.solos.includes(channel) ? 'solo' : '',
    ]);
  const outputs = output === null ? 'no outputs' : `outputs ${2 * output + 1}-${2 * output + 2}`;
  const head = `${id}${name === null ? '' : ` (${name})`}: ${outputs}, master ${level(mix.master_gain)}`;
  const panic = mute_all ? ', all muted' : '';
  return `${head}${panic}, changed ${when(changed_at)}\n${table(['CHANNEL', '', 'LEVEL', 'PAN', '', ''], rows)}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [head, ...rows].map((cells) => `${line(cells)}\n`).join('');
}
