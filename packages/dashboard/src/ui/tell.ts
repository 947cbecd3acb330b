/** Short messages of what was just done, told by sight and by screen readers. */

type Listener = (text: string) => void;

const listeners = new Set<Listener>();

export function tell(text: string): void {
  for (const listener of listeners) listener(text);
}

export function onTold(listener: Listener): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Tells what became of it too: without a secure context browsers have no clipboard. */
export async function copyText(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    tell(`${what} copied`);
  } catch {
    tell(`${what} could not be copied: this browser allows it over HTTPS and on localhost only`);
  }
}
