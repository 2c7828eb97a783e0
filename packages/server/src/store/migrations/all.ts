/** Every step of the schema, in order. A new one gets the next number and a golden store of the version before. */
import { clients } from './0001-clients.ts';
import { marks } from './0002-marks.ts';
import { records } from './0003-records.ts';
import type { Migration } from './migration.ts';

export const migrations: readonly Migration[] = [clients, marks, records];

export const SCHEMA_VERSION = migrations.length;
