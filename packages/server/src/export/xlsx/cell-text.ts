/** Text as a cell of SpreadsheetML holds it. Source: ECMA-376 Part 1, 22.9.2.19 (ST_Xstring); limits of Excel. */

/** Characters of a cell, as Excel counts them: UTF-16 code units. */
export const CELL_MAX = 32_767;

/**
 * What XML 1.0 has no character for, or would change (a carriage return), is spelled `_x000D_`; a text that looks
 * like such a spelling gets its first underscore spelled.
 */
const SPELLED =
  /[&<>\u0000-\u0008\u000b-\u000d\u000e-\u001f\ufffe\uffff\u{d800}-\u{dfff}]|_(?=x[0-9A-Fa-f]{4}_)/gu;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

export function cellText(text: string): string {
  return text.replace(SPELLED, (found) => ENTITIES[found] ?? spelled(found.charCodeAt(0)));
}

function spelled(code: number): string {
  return `_x${code.toString(16).toUpperCase().padStart(4, '0')}_`;
}

/** The beginning of a text that is too long for a cell, with a mark that says so; null where it fits. */
export function cutToCell(text: string): string | null {
  if (text.length <= CELL_MAX) return null;
  const mark = ` [cut: the text has ${text.length} characters]`;
  const end = CELL_MAX - mark.length;
  // Half of a surrogate pair is no character.
  const whole = isHighSurrogate(text.charCodeAt(end - 1)) ? end - 1 : end;
  return `${text.slice(0, whole)}${mark}`;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00;
}
