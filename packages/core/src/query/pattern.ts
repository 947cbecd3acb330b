/** Matches text with wildcards, whatever the case of its letters; at worst in the product of both lengths. */

import type { Pattern, PatternPiece } from './ast.ts';

const MANY: PatternPiece = { wild: 'many' };

/** The whole text. */
export function matches(pattern: Pattern, text: string): boolean {
  return fits(unitsOf(pattern.pieces), text.toLowerCase());
}

/** Somewhere in the text. */
export function found(pattern: Pattern, text: string): boolean {
  const [only] = pattern.pieces;
  if (pattern.pieces.length === 1 && only !== undefined && 'text' in only) {
    return text.toLowerCase().includes(only.text.toLowerCase());
  }
  return fits(unitsOf([MANY, ...pattern.pieces, MANY]), text.toLowerCase());
}

/** Letters, and wildcards as symbols of their own: null is any one character, undefined any number. */
type Unit = string | null | undefined;

function unitsOf(pieces: readonly PatternPiece[]): readonly Unit[] {
  return pieces.flatMap((piece): readonly Unit[] => {
    if ('text' in piece) return piece.text.toLowerCase().split('');
    return [piece.wild === 'one' ? null : undefined];
  });
}

/** On a mismatch only the last `*` is tried anew: what earlier ones took never has to change. */
function fits(units: readonly Unit[], text: string): boolean {
  let at = 0;
  let unit = 0;
  let starUnit = -1;
  let starAt = 0;
  while (at < text.length) {
    const wanted = units[unit];
    if (unit < units.length && wanted === undefined) {
      starUnit = unit;
      starAt = at;
      unit += 1;
    } else if (unit < units.length && (wanted === null || wanted === text[at])) {
      unit += 1;
      at += 1;
    } else if (starUnit >= 0) {
      starAt += 1;
      at = starAt;
      unit = starUnit + 1;
    } else return false;
  }
  while (unit < units.length && units[unit] === undefined) unit += 1;
  return unit === units.length;
}
