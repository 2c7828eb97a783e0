/** The program behind `foldback state`. */
import { runStateCommand } from './state-command.ts';

process.exitCode = await runStateCommand(process.argv.slice(2), {
  print: (text) => process.stdout.write(text),
  complain: (text) => process.stderr.write(text),
  now: () => Date.now(),
});
