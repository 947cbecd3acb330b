import { useEffect, useState } from 'react';

/** A value once it has not changed for so long: of what is typed, not every letter is worth a question. */
export function useSettled<T>(value: T, ms: number): T {
  const [settled, settle] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => settle(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
