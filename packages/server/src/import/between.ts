/** What home-made logs write between the time and the frame: a level, which way it went, which station. */

import type { Direction } from '@ocpp-logs/core';
import type { Told } from './begun.ts';
import { nameOf } from './names.ts';

const STATION = '(?:cp|charge[ _-]?point|charger|charging[ _-]?station|station|wallbox|evse)';
const CSMS = '(?:csms|central[ _-]?system|server|backend|back[ _-]?office)';
const TO = String.raw`\s*(?:-+>|=+>|>+|→|[ _-]to[ _-])\s*`;
const DIRECTIONS: readonly (readonly [RegExp, Direction])[] = [
  [new RegExp(`\\b${STATION}${TO}${CSMS}\\b`, 'i'), 'station_to_csms'],
  [new RegExp(`\\b${CSMS}${TO}${STATION}\\b`, 'i'), 'csms_to_station'],
];

const SENT =
  /(?:^|[\s:|[(,])(?:(?:msg|message|ws|ocpp)[-_])?(send(?:ing)?|sent|tx|out(?:going|bound)?|>>+|-+>|=+>|→)(?=$|[\s:|\]),])/i;
const RECEIVED =
  /(?:^|[\s:|[(,])(?:(?:msg|message|ws|ocpp)[-_])?(recv|receiv(?:e|ed|ing)|rx|in(?:coming|bound)?|<<+|<-+|<=+|←)(?=$|[\s:|\]),])/i;

const NAMED = /(?:charge(?:r|[ _-]?point|[ _-]?box)?[ _-]?id|cp[ _-]?id|identity)\s*[=:]\s*"?([^\s",\])]+)/i;
const LEVEL = /^(?:trace|debug|info|notice|warn|warning|error|critical|fatal)$/i;
/** Words that name programs and messages, never a station. */
const NO_STATION =
  /^(?:ocpp(?:[\d.]+j?)?|ocpp-?j|ws|wss|websockets?|messages?|msg|frames?|raw|json|te?xt|data|to|from|call|callresult|callerror|request|response|main|root|charger|station|cp|csms|server|for|client)$/i;
const NUMBERED = String.raw`(?:charger|station|cp|wallbox)[ \t]+\d+(?![\w.:/@*-]*[\w/@*-])`;
const BRACKETED = /\[\s*([\w.:/@*-]+(?:[ \t]+[\w.:/@*-]+)+)\s*\]/g;
const WORD = new RegExp(`${NUMBERED}|[^\\s|,;()[\\]"]+`, 'gi');
const ID = /^[A-Za-z0-9][\w.:/@* \t-]*$/;

/** Logs repeat what they write there. */
const KNOWN_MAX = 256;
const known = new Map<string, Told>();

export function betweenOf(text: string): Told {
  const before = known.get(text);
  if (before !== undefined) return before;
  const own = nameOf(text);
  const told = read(own);
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(own, told);
  return told;
}

function read(text: string): Told {
  for (const [pattern, direction] of DIRECTIONS) {
    if (pattern.test(text)) return { direction, charger: chargerIn(text.replace(pattern, ' ')) };
  }
  const sent = SENT.exec(text);
  const received = RECEIVED.exec(text);
  const mark = sent ?? received;
  // Both, or none: nothing is told.
  if (mark === null || (sent !== null && received !== null)) return { charger: chargerIn(text) };
  const rest = `${text.slice(0, mark.index)} ${text.slice(mark.index + mark[0].length)}`;
  return { way: sent === null ? 'received' : 'sent', charger: chargerIn(rest) };
}

/** A word that is named so, or the only one that is left: of several none is chosen. */
function chargerIn(text: string): string | null {
  const named = NAMED.exec(text)?.[1];
  if (named !== undefined) return named;
  const bracketed: string[] = [];
  const rest = text.replace(BRACKETED, (all, content: string) => {
    if (!content.split(/[ \t]+/).every(isName)) return all;
    bracketed.push(content);
    return ' ';
  });
  const words = (rest.match(WORD) ?? []).map((word) => word.replace(/:$/, '')).filter(isName);
  const [only = ''] = [...bracketed, ...words];
  return bracketed.length + words.length === 1 && ID.test(only) ? only : null;
}

export function isName(word: string): boolean {
  return /\w/.test(word) && !LEVEL.test(word) && !NO_STATION.test(word);
}
