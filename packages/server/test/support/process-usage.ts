/** What a process has used, from /proc (Linux). */
import { readdirSync, readFileSync } from 'node:fs';

/** sysconf(_SC_CLK_TCK): 100 on every Linux that Node runs on. */
const TICKS_PER_S = 100;

export function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}

/** CPU time of all threads, user and system. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The command name in parentheses may hold blanks; fields 14 and 15 of proc(5) are counted from behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_S;
}

/** How many files, sockets and pipes it holds. */
export const openFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

/** Every process that was started with a word in its command line: a server and whatever it started for the same folder. */
export const processesWith = (word: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && commandLine(name).includes(word))
    .map(Number);

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // it has ended meanwhile
  }
}
