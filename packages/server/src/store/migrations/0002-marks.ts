/** Which channels a musician is, and which they never touch. */
import type { Migration } from './migration.ts';

export const marks: Migration = {
  to: 2,
  sql: `
    ALTER TABLE clients ADD COLUMN marks TEXT NOT NULL DEFAULT ''; -- Marks as JSON, or empty for none; crc covers it
  `,
};
