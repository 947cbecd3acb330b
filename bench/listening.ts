import type { Child } from './child.ts';

/** The address that a forked server tells when it is ready. */
export async function listeningAt(child: Child): Promise<string> {
  const message = await child.next();
  if (typeof message === 'object' && message !== null && 'listening' in message)
    return String(message.listening);
  throw new Error('the process told something else than its address');
}
