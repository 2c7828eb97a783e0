/** `foldback record …`: records all inputs of the server that runs for a config directory. */
import type { RecordingState } from '@foldback/protocol';
import { parseArgs } from 'node:util';
import { withJoinedValues } from '../flags.ts';
import { withHome } from '../home-path.ts';
import { connectToServer, RECORD_WISHES, type RecordWish } from '../store/control-socket.ts';
import { messageOf } from '../store/sqlite-errors.ts';
import type { CommandOutput } from './state-command.ts';

export const RECORD_HELP = `foldback record start|stop|status [--config <dir>] [--json]

  records all inputs as WAV files, one per channel, while the server plays
`;

interface RecordCall {
  readonly wish: RecordWish;
  readonly config: string;
  readonly json: boolean;
}

/** What it is given after `foldback record`. @returns 0, 1 when it cannot be done, 2 for a wrong call */
export async function runRecordCommand(
  args: readonly string[],
  output: Pick<CommandOutput, 'print' | 'complain'>,
): Promise<number> {
  let call: RecordCall;
  try {
    call = parse(args);
  } catch (error) {
    output.complain(`foldback record: ${messageOf(error)}\n\n${RECORD_HELP}`);
    return 2;
  }
  try {
    const { wish, config, json } = call;
    const server = await connectToServer(config);
    if (server === undefined) throw new Error(`no server runs for ${config}`);
    const state = await server.record(wish);
    output.print(json ? `${JSON.stringify(state)}\n` : inWords(state));
    return 0;
  } catch (error) {
    output.complain(`foldback record: ${messageOf(error)}\n`);
    return 1;
  }
}

/** @throws Error naming what is wrong */
function parse(args: readonly string[]): RecordCall {
  const options = {
    config: { type: 'string', default: 'config' },
    json: { type: 'boolean', default: false },
  } as const;
  const joined = withJoinedValues(args, { valued: new Set(['config']) });
  const { values, positionals } = parseArgs({ args: joined, allowPositionals: true, options });
  const [asked, ...more] = positionals;
  const wish = RECORD_WISHES.find((each) => each === asked);
  if (wish === undefined || more.length > 0) {
    throw new Error(`expected start, stop or status, got "${positionals.join(' ')}"`);
  }
  return { wish, json: values.json, config: withHome(values.config) };
}

function inWords({ on, folder, seconds, missing_seconds, trouble }: RecordingState): string {
  if (folder === null) return 'nothing has been recorded\n';
  const verb = on ? 'recording' : 'recorded';
  const gaps =
    missing_seconds === 0 ? '' : `; ${missing_seconds.toFixed(3)} s of it are silence: the disk was too slow`;
  const end = trouble === null ? '' : `; it stopped by itself: ${trouble}`;
  return `${verb} ${seconds.toFixed(1)} s to ${folder}${gaps}${end}\n`;
}
