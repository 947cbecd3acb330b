/** JSON over several lines, with every digit and every escape as it was. */

const STEP = '  ';
/** A string, a bracket, a comma or colon, or anything else up to one of these. */
const TOKENS = /"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/gs;
/** What would steer a terminal; inside a string an escape means the same. */
const STEERING = /[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

export function indented(text: string): string {
  let depth = 0;
  let before = '';
  let made = '';
  const line = () => `\n${STEP.repeat(depth)}`;
  for (const [token] of text.matchAll(TOKENS)) {
    const closing = token === '}' || token === ']';
    if (closing) depth -= 1;
    const begins = before === '{' || before === '[';
    if (closing ? !begins : begins || before === ',') made += line();
    made += token === ':' ? ': ' : token.replace(STEERING, escaped);
    if (token === '{' || token === '[') depth += 1;
    before = token;
  }
  return made;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
