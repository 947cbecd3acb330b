/** What was measured, as a row tells it. */

import type { LogEntry } from '../api/answers.ts';
import { energyText, numberText, powerText } from '../charging/quantity-text.ts';

/** null: nothing was. */
export function measuredText({
  exchange,
  extracted_power: power,
  extracted_state_of_charge: soc,
}: LogEntry): string | null {
  const energy = exchange?.extracted_energy ?? null;
  const parts = [
    power === null ? null : powerText(power),
    energy === null ? null : `at ${energyText(energy)}`,
    soc === null ? null : `${numberText(soc)} %`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(', ');
}
