/** Tells the log what `foldback state` has done to what is saved, when it is on disk (SPEC O3). */
import type { Logger } from 'pino';
import type { ActReport, StateActs } from './desk/state-acts.ts';

const mixes = (count: number): string => `${count} ${count === 1 ? 'mix' : 'mixes'}`;

export function loggedActs(acts: StateActs, log: Logger): StateActs {
  const told = async (what: string, act: Promise<ActReport>): Promise<ActReport> => {
    const report = await act;
    log.info(`${what}; ${mixes(report.changed)} changed, and that is saved`);
    return report;
  };
  return {
    import: (text) => told('A file of mixes was imported', acts.import(text)),
    async backup() {
      const outcome = await acts.backup();
      const { name } = outcome.backup;
      log.info(
        outcome.made ? `Backup ${name} was made and read back` : `Backup ${name} holds everything there is`,
      );
      return outcome;
    },
    restore: (backup) => told(`Backup ${backup} was restored`, acts.restore(backup)),
    undo: (act) => told(`Act ${act} was taken back`, acts.undo(act)),
    clear: (ids) => told('Saved mixes were cleared', acts.clear(ids)),
    return: (ids) => told('The archive gave somebody back', acts.return(ids)),
  };
}
