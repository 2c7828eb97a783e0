/** The request for an output pair: a musician gets one where their address has not had its share. */
import { Refusal } from '@foldback/protocol';
import { PAIRS_PER_ADDRESS, type OutputShares } from '../../access/output-shares.ts';
import type { Sessions } from '../../access/sessions.ts';
import type { Desk } from '../../desk/desk.ts';
import type { RowsFor } from './row.ts';

export interface OutputRowOptions {
  readonly desk: Desk;
  readonly sessions: Sessions;
  readonly outputShares: OutputShares;
}

export const outputRow = ({ desk, sessions, outputShares }: OutputRowOptions): RowsFor<'set_output'> => ({
  set_output({ phone, who, target, body, gesture }) {
    const isBound = body.output !== null && sessions.of(who).role !== 'engineer';
    if (isBound && !outputShares.claim(phone.address, target))
      throw new Refusal(
        'not_permitted',
        'output',
        `output: the phones of your address have ${PAIRS_PER_ADDRESS} output pairs already, and may have no more (see max-per-address)`,
        null,
        { limit: PAIRS_PER_ADDRESS },
      );
    return desk.do('set_output', target, body, who, gesture);
  },
});
