/** Text as it would be without a terminal. */

/** What steers a terminal: colours and cursor moves (ECMA-48 CSI), titles and links (OSC), character sets. */
const STEERING = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b\n]*(?:\u0007|\u001b\\)|[()][0-9A-Za-z])/g;

export function withoutColours(text: string): string {
  return text.includes('\u001b') ? text.replace(STEERING, '') : text;
}
