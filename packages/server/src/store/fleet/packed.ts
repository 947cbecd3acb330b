/**
 * Days of stations as they go from the thread that reads to the server's own: as text, a day at a time, which is handed over
 * at once and read a day at a time, so that the server's thread is never kept for long.
 */

/** Something about one station on one day. */
export interface OfDay {
  readonly charger: string;
  readonly day: number;
}

export interface PackedDay {
  /** ms: when it begins. */
  readonly day: number;
  readonly stations: number;
  /** UTF-8. */
  readonly body: Uint8Array<ArrayBuffer>;
}

const encoder = new TextEncoder();

export function packedDays(days: readonly OfDay[]): readonly PackedDay[] {
  return [...Map.groupBy(days, ({ day }) => day)].map(([day, stations]) => ({
    day,
    stations: stations.length,
    body: encoder.encode(JSON.stringify(stations)),
  }));
}

/** `Day`: what was packed. */
export function unpackedDay<Day extends OfDay>({ body }: Pick<PackedDay, 'body'>): readonly Day[] {
  const { buffer, byteOffset, byteLength } = body;
  // Safe: only packedDays writes it.
  return JSON.parse(Buffer.from(buffer, byteOffset, byteLength).toString()) as readonly Day[];
}
