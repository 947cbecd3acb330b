/** Which station an address of the dashboard names; null for an address that cannot be read. */
export function stationOfPath(path: string): { readonly site: string; readonly charger: string } | null {
  const found = /\/station\/([^/]+)\/([^/]+)\/?$/.exec(path);
  const [site, charger] = found?.slice(1).map(decoded) ?? [];
  return site == null || charger == null ? null : { site, charger };
}

/** The router decodes by decodeURI, which leaves `%2F` and others as they are; a name may hold any of them. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}
