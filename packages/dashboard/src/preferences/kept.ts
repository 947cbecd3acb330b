/** How a person wants things shown, as this browser has it: so that nothing waits for the server to be drawn. */

type Origin = 'here' | 'server';
/** `key`: what was chosen; null where all came at once. */
type Listener = (origin: Origin, key: string | null) => void;

const listeners = new Set<Listener>();

export function onKept(listener: Listener): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** null: nothing is chosen any more. */
export function keep(key: string, text: string | null, origin: Origin = 'here'): void {
  put(key, text);
  for (const listener of [...listeners]) listener(origin, key);
}

/** Without telling anyone. */
export function put(key: string, text: string | null): void {
  if (text === null) localStorage.removeItem(key);
  else localStorage.setItem(key, text);
}

export function arrived(): void {
  for (const listener of [...listeners]) listener('server', null);
}
