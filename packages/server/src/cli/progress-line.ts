/** One line that tells how far something has come, as wide as there is room. */

const BAR_LEAST = 10;
const BAR_MOST = 40;

/** The first choice behind a bar, where there is room for one; otherwise the first that fits. `done`: 0 to 1. */
export function barLine(done: number, choices: readonly (readonly string[])[], room: number): string {
  const texts = (choices[0] ?? []).join('  ');
  const width = Math.min(BAR_MOST, room - texts.length - 4);
  if (width < BAR_LEAST) return fitting(choices, room);
  const full = Math.round(done * width);
  return `[${'#'.repeat(full)}${'-'.repeat(width - full)}]  ${texts}`;
}

/** The first that fits; of the last one what fits. */
export function fitting(choices: readonly (readonly string[])[], room: number): string {
  const lines = choices.map((texts) => texts.join('  '));
  return lines.find((line) => line.length <= room) ?? (lines.at(-1) ?? '').slice(0, room);
}
