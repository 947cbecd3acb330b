import { useState } from 'react';

/** The earlier object as long as a new one says the same, for what is read from an address again and again. */
export function useStable<T>(value: T): T {
  const [kept, keep] = useState(value);
  if (JSON.stringify(kept) === JSON.stringify(value)) return kept;
  keep(value);
  return value;
}
