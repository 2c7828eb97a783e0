/** `foldback state …`: look at what is saved, and back up, restore, import, clear and undo it, server running or not. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FILE_ID, gainToDb, splitKey } from '@foldback/protocol';
import { actsIn } from '../desk/acts.ts';
import type { Client } from '../desk/client.ts';
import { KeptDesk } from '../desk/kept-desk.ts';
import type { StateActs } from '../desk/state-acts.ts';
import { World, type ReadableWorld } from '../desk/world.ts';
import { withJoinedValues } from '../flags.ts';
import { withHome } from '../home-path.ts';
import { listBackups } from '../store/backup-files.ts';
import { withBackup } from '../store/backups.ts';
import {
  clientLine,
  NO_FILE_EXTRA,
  type FileExtra,
  formatChannelsState,
  parseChannelsState,
} from '../store/channels-state-file.ts';
import { connectToServer } from '../store/control-socket.ts';
import { Database } from '../store/database.ts';
import { inspectDatabase } from '../store/inspection.ts';
import { writeFlushed } from '../store/durable-file.ts';
import type { JsonObject } from '../store/json-object.ts';
import { decodeText } from '../store/lenient-json.ts';
import { messageOf } from '../store/sqlite-errors.ts';
import { recordOf } from '../store/record-row.ts';
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
  return <client…>        bring people back out of the archive
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
      args: withJoinedValues(args, { valued: new Set(['config', 'out']) }),
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
    const directory = withHome(values.config);
    if (!existsSync(directory)) throw new UsageError(`there is no directory ${directory}`);
    const { all } = values;
    const out = values.out === undefined ? undefined : withHome(values.out);
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
    const world = savedWorld(directory);
    const json = (id: string): unknown => JSON.parse(world.value('unread', id).json || 'null');
    const lines = [...world.clients()].map(({ id, mix, changed_at }) =>
      clientLine(id, mix, (json(id) ?? {}) as JsonObject, changed_at),
    );
    const extra = (json(FILE_ID) ?? NO_FILE_EXTRA) as FileExtra;
    const text = formatChannelsState(lines, extra, output.now());
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

  return: async ({ directory, operands, output }) => {
    if (operands.length === 0) throw new UsageError('return: whom?');
    const report = await act(directory, output, (acts) => acts.return(operands));
    return { data: report, text: `${people(report.changed)} brought back out of the archive\n` };
  },

  acts: ({ directory }) => {
    const acts = actsIn(savedWorld(directory));
    const rows = acts.map(({ act: number, why, at, clients }) => [
      `${number}`,
      when(at),
      why,
      people(clients),
    ]);
    return { data: acts, text: table(['ACT', 'WHEN', 'WHAT', 'WHOM'], rows) };
  },

  undo: async ({ directory, operands, output }) => {
    const acts = actsIn(savedWorld(directory));
    const chosen =
      operands[0] === undefined ? acts[0] : acts.find(({ act: number }) => number === Number(operands[0]));
    if (chosen === undefined) throw new Error('there is nothing to undo');
    const report = await act(directory, output, (all) => all.undo(chosen.act));
    return {
      data: report,
      text: `the ${chosen.why} of ${when(chosen.at)} is undone; ${people(report.changed)} changed\n`,
    };
  },

  verify: ({ directory }) => {
    const checks = [
      check('the store', () => withDatabase(directory, (database) => people(mixesIn(database)))),
      ...listBackups(directory).map(({ name }) =>
        check(name, () => withBackup(directory, name, (database) => people(mixesIn(database)))),
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

const mixesIn = (database: Database): number =>
  [...database.records()].filter(({ key }) => key.startsWith('mix/')).length;

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
  const { acts, store, load } = quietDesk(directory, output);
  try {
    await load();
    return await what(acts);
  } finally {
    await store.close();
  }
}

/** The desk of a server that does not run: nobody hears it, nobody sees it, and everything it does is kept. */
function quietDesk(directory: string, { complain, now }: CommandOutput) {
  const kept = new KeptDesk({
    directory,
    now,
    autoRoute: false,
    outputWaitMs: Infinity,
    archiveAfterMs: Infinity,
    effects: {
      hear: () => undefined,
      show: () => undefined,
      showList: () => undefined,
      trouble: (_outlet, error) => complain(`${messageOf(error)}\n`),
    },
    showSaved: () => undefined,
    tell: ({ message }) => complain(`${message}\n`),
  });
  return { acts: kept.acts, store: kept.store, load: () => kept.load() };
}

/** Reads beside a running server; it does not notice. */
function withDatabase<Answer>(directory: string, look: (database: Database) => Answer): Answer {
  const path = join(directory, DATABASE_FILE);
  if (!existsSync(path)) throw new Error(`nothing is saved in ${directory} yet`);
  inspectDatabase(path);
  const database = Database.openReadOnly(path);
  try {
    return look(database);
  } finally {
    database.close();
  }
}

/** Everything saved, as it is on the disk. */
const savedWorld = (directory: string): ReadableWorld =>
  withDatabase(directory, (database) => {
    const world = new World();
    for (const row of database.records()) {
      const record = recordOf(row);
      if (record === undefined) continue;
      const { kind, id } = splitKey(record.key);
      world.set(kind, id, record);
    }
    return world;
  });

const savedClients = (directory: string): Client[] =>
  [...savedWorld(directory).clients()].sort((a, b) => b.seen_at - a.seen_at);

const people = (count: number): string => `${count} client${count === 1 ? '' : 's'}`;

/** A time that an earlier version took from a file unread may be none. */
const when = (at: number): string =>
  Number.isNaN(new Date(at).getTime())
    ? 'unknown'
    : new Date(at).toISOString().replace('T', ' ').slice(0, 16);

function inWords({ id, name, mix, output, changed_at }: Client): string {
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
  const panic = mix.mute_all ? ', all muted' : '';
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
