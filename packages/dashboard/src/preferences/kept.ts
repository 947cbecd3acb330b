/** How a person wants things shown, as this browser has it: so that nothing waits for the server to be drawn. */

type Origin = 'here' | 'server';
type Listener = (origin: Origin) => void;

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
  for (const listener of [...listeners]) listener(origin);
}

/** Without telling anyone. */
export function put(key: string, text: string | null): void {
  if (text === null) localStorage.removeItem(key);
  else localStorage.setItem(key, text);
}

export function arrived(): void {
  for (const listener of [...listeners]) listener('server');
}
