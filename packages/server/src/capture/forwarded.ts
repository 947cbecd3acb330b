/** `X-Forwarded-*` headers, of which only the nearest proxy's own word counts. */

/** The value that the nearest proxy has added. */
export function lastOf(header: string | string[] | undefined): string | null {
  const text = Array.isArray(header) ? header.join(',') : (header ?? '');
  return text.split(',').at(-1)?.trim() || null;
}
