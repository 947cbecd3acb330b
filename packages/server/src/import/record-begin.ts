/** Whether an object that begins a line is a record of its own where another one is open: terminals break there too. */

/** What the cutter passes over: blanks, line ends, a byte order mark and colours of a terminal (ECMA-48). */
const GAP = String.raw`(?:[ \t\r\n\u00ef\u00bb\u00bf]|\u001b[^@-Z\\-~]*[@-Z\\-~])*`;
const GAP_CUT = String.raw`(?:\u001b[^@-Z\\-~]*)?$`;
const IN_KEY = String.raw`(?:[^"\\]|\\[^])*`;
const MEMBER = new RegExp(`^\\{${GAP}"(${IN_KEY})"${GAP}:`);
const CUT = new RegExp(`^\\{${GAP}(?:${GAP_CUT}|"${IN_KEY}(?:\\\\?$|"${GAP}${GAP_CUT}))`);
/** More than this is not looked at. */
export const LOOKED_AT = 256;

/** Name of the object's first member; null where none begins, undefined where more must be seen to tell. */
export function firstName(text: string): string | null | undefined {
  const name = MEMBER.exec(text)?.[1];
  if (name !== undefined) return name.replace(/[\r\n]/g, '');
  return text.length < LOOKED_AT && CUT.test(text) ? undefined : null;
}

const BEHIND_TEXT = new RegExp(`^${GAP}[:,}\\]]`);

/** Of the name that seems to follow a brace in a text: its quote may as well be the one that ends that text. */
export function endsText(name: string): boolean {
  return BEHIND_TEXT.test(name);
}

const BEFORE_OBJECT = new RegExp(`([:,[])${GAP}$`);

/** What JSON can have an object behind, where that ends `text`. */
export function objectMark(text: string): string | null {
  return BEFORE_OBJECT.exec(text)?.[1] ?? null;
}
