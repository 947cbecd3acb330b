/** Logs that a station is asked for: it tells how their upload goes, and sends nothing anywhere. */

import type { JsonObject } from '@ocpp-logs/core';
import type { Commanded } from './commands.ts';

/** Seconds of the station's time. */
const BEGINS = 2;
const ENDS = 8;

/** Name of the file that is made now. */
export function logFile(station: Commanded): string {
  return `log-${station.now().replaceAll(/[-:]|\.\d+/g, '')}.txt`;
}

/** `action` tells of the upload twice: when it begins, and when it is done. */
export function tellUpload(station: Commanded, action: string, more: JsonObject): void {
  station.say(action, { status: 'Uploading', ...more }, BEGINS);
  station.say(action, { status: 'Uploaded', ...more }, ENDS);
}
