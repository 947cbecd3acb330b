/** Names in columns: as they are, except where UTF-8 would change them or where '' means that there is none. */

export function nameText(name: string): string {
  const plain = name !== '' && name.isWellFormed() && !name.startsWith('"');
  return plain ? name : JSON.stringify(name);
}

export function nameOf(text: string): string {
  return text.startsWith('"') ? String(JSON.parse(text)) : text;
}
