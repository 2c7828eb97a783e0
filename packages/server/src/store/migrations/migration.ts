/** One numbered step of the schema, from `to - 1` to `to`, kept in PRAGMA user_version. */
export interface Migration {
  readonly to: number;
  readonly sql: string;
}
