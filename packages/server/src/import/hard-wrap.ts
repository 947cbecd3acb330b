/** JSON whose lines a terminal broke. */

/** A terminal's hard wrap inside a text, a number or a word is undone. */
export function unwrapped(text: string): string {
  return text.replace(/"[^"\\]*(?:\\[\r\n]*[^\r\n][^"\\]*)*"|(?<=[\w.+-])\r?\n(?=[\w.+-])/g, (found) =>
    found.replace(/\r?\n/g, ''),
  );
}
