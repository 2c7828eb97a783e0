/** Output pairs that are given by the command line. */
import type { Logger } from 'pino';
import { outputName } from './change-log.ts';
import type { ServerSettings } from './config.ts';
import { displayName } from './desk/client.ts';
import type { Desk } from './desk/desk.ts';

/** `--route Ana=1`: the person at the computer decides, also over the pair of somebody else. */
export function applyRoutes({ route }: ServerSettings, desk: Desk, log: Logger): void {
  for (const { client: wanted, output } of route) {
    const client = desk.find(wanted) ?? [...desk.clients()].find(({ name }) => name === wanted);
    if (!client) {
      log.warn(`--route ${wanted}=${output}: nobody is called "${wanted}" yet`);
      continue;
    }
    try {
      desk.assignOutput(client.id, output);
      log.info(`${displayName(client)} plays on outputs ${outputName(output)}`);
    } catch (error) {
      log.error({ err: error }, `--route ${wanted}=${output} cannot be done`);
    }
  }
}
