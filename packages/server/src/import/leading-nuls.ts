/** A log that was cut while it was written to (logrotate's copytruncate) begins with NULs: as many as it had bytes. */

/** Fewer may be of UTF-16. */
const LEAST = 4;

export async function* withoutNuls(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let nuls = 0;
  let begun: Uint8Array | null = new Uint8Array();
  for await (const chunk of chunks) {
    if (begun === null) {
      yield chunk;
      continue;
    }
    const all: Uint8Array = begun.length === 0 ? chunk : Buffer.concat([begun, chunk]);
    const start = all.findIndex((byte) => byte !== 0);
    nuls += start < 0 ? all.length : start;
    begun = start < 0 ? new Uint8Array() : all.subarray(start);
    // The byte behind the first tells whether a NUL was half of that.
    if (begun.length < 2) continue;
    yield* opening(nuls, begun);
    begun = null;
  }
  if (begun !== null) yield* opening(nuls, begun);
}

function* opening(nuls: number, begun: Uint8Array): Iterable<Uint8Array> {
  const kept = nuls < LEAST ? nuls : begun[1] === 0 ? 1 : 0;
  if (kept > 0) yield new Uint8Array(kept);
  if (begun.length > 0) yield begun;
}
