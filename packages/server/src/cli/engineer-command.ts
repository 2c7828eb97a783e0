/** `foldback engineer`: a code that makes a phone the engineer's (SPEC A4), from the server that runs for a config directory. */
import { parseArgs } from 'node:util';
import { renderUnicodeCompact } from 'uqr';
import { printedCode } from '../access/engineer-code.ts';
import { withHome } from '../home-path.ts';
import { connectToServer } from '../store/control-socket.ts';
import { messageOf } from '../store/sqlite-errors.ts';
import type { CommandOutput } from './state-command.ts';

export const ENGINEER_HELP = `foldback engineer [--new] [--config <dir>]

  prints a code for an engineer's phone, to be scanned or typed; with --new, all codes before it are good no longer
`;

interface EngineerCall {
  readonly isOnly: boolean;
  readonly config: string;
}

/** What it is given after `foldback engineer`. @returns 0, 1 when it cannot be done, 2 for a wrong call */
export async function runEngineerCommand(
  args: readonly string[],
  output: Pick<CommandOutput, 'print' | 'complain'>,
): Promise<number> {
  let call: EngineerCall;
  try {
    call = parse(args);
  } catch (error) {
    output.complain(`foldback engineer: ${messageOf(error)}\n\n${ENGINEER_HELP}`);
    return 2;
  }
  try {
    const server = await connectToServer(call.config);
    if (server === undefined) throw new Error(`no server runs for ${call.config}`);
    const { code, url } = await server.engineer(call.isOnly);
    output.print(`${renderUnicodeCompact(url)}\n\n${printedCode(code)}\n\n${inWords(call.isOnly)}`);
    return 0;
  } catch (error) {
    output.complain(`foldback engineer: ${messageOf(error)}\n`);
    return 1;
  }
}

/** @throws Error naming what is wrong */
function parse(args: readonly string[]): EngineerCall {
  const options = {
    config: { type: 'string', default: 'config' },
    new: { type: 'boolean', default: false },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  return { isOnly: values.new, config: withHome(values.config) };
}

const inWords = (isOnly: boolean): string =>
  `Scan it with the engineer's phone, or type the code there: your disc, "I am the engineer". It is shown this once.\n${
    isOnly ? 'Codes printed before are good no longer; phones that were let in stay.\n' : ''
  }`;
