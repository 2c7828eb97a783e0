/** What `foldback --help` says of each command beside the settings. */
import { DOCTOR_HELP } from './doctor-command.ts';
import { ENGINEER_HELP } from './engineer-command.ts';
import { RECORD_HELP } from './record-command.ts';
import { STATE_HELP } from './state-command.ts';
import { STOP_HELP } from './stop-command.ts';

export const helpOfCommands = (): string =>
  [ENGINEER_HELP, RECORD_HELP, DOCTOR_HELP, STOP_HELP, STATE_HELP].join('\n');
