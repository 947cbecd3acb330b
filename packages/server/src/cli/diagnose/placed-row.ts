/** A row of the import that says where it stands: what import-row.ts writes, as a diagnosis reads it. */

export interface PlacedRow {
  readonly charger_id: string;
  /** ISO 8601. */
  readonly occurrence_time: string;
  /** The time is not its own. */
  readonly untimed?: boolean;
  readonly direction?: string;
  readonly frame?: string;
  readonly file: string;
  readonly line: number;
}
