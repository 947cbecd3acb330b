/** Where to go after signing in: a page of this dashboard, and never another host. */
export function safeReturn(search: string): string {
  const path = new URLSearchParams(search).get('to') ?? '';
  return /^\/(?!\/)(?:explore|station|charging-sessions|session\/\d|settings)[^\\]*$/.test(path)
    ? path
    : '/explore';
}
