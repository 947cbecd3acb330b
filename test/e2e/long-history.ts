/** A few hours of a site as lines of the ingest route: what stations say, and everything that goes wrong with it. */

import { type Said, TALK_16, TALK_201 } from './talks.ts';

const MINUTE = 60_000;

type Line = Readonly<Record<string, unknown>>;

export interface History {
  /** ms; nothing lies before `from` or from `to` on. */
  readonly from: number;
  readonly to: number;
  readonly lines: readonly Line[];
}

/** Ends ten minutes before `now`, by when every call is answered or has timed out. */
export function longHistory(now: number): History {
  const from = now - 6 * 60 * MINUTE;
  const end = now - 10 * MINUTE;
  const lines = [
    ...talks(from + MINUTE, 'CP 1', TALK_16, '1.6'),
    ...talks(from + MINUTE, 'CP_2', TALK_201, '2.0.1'),
    ...beats(from + 2 * 60 * MINUTE),
    ...oddities(from + 3 * 60 * MINUTE),
    ...sessionOf(from + 4 * 60 * MINUTE),
    // Whatever waited before has timed out by the time of these.
    ...['CP 1', 'CP_2', 'CP_3', 'odd'].flatMap((charger) =>
      exchange(end, charger, 'end', 'Heartbeat', {}, {}),
    ),
  ];
  return { from, to: end + 1_000, lines };
}

const line = (at: number, charger: string, up: boolean, frame: unknown, more: Line = {}): Line => ({
  charger_id: charger,
  occurrence_time: new Date(at).toISOString(),
  direction: up ? 'station_to_csms' : 'csms_to_station',
  frame: typeof frame === 'string' ? frame : JSON.stringify(frame),
  ...more,
});

function exchange(
  at: number,
  charger: string,
  id: string,
  action: string,
  params: unknown,
  answer: unknown,
  { up = true, after = 250, more = {} }: { up?: boolean; after?: number; more?: Line } = {},
): Line[] {
  return [
    line(at, charger, up, [2, id, action, params], more),
    line(at + after, charger, !up, [3, id, answer], more),
  ];
}

/** Every hour what a station says in the course of a session. */
function talks(from: number, charger: string, talk: readonly Said[], version: string): Line[] {
  const more = { ocpp_version: version };
  return [0, 1, 2, 3, 4].flatMap((hour) =>
    talk.flatMap(({ action, by, params, answer }, at) =>
      exchange(from + hour * 60 * MINUTE + at * 1_000, charger, `${hour}-${at}`, action, params, answer, {
        up: by === 'station',
        more,
      }),
    ),
  );
}

/** Several pages within minutes, some in one millisecond. */
function beats(from: number): Line[] {
  return Array.from({ length: 2_500 }, (_, at) =>
    exchange(from + Math.floor(at / 3) * 50, 'CP_3', `b${at}`, 'Heartbeat', {}, { currentTime: 'now' }),
  ).flat();
}

function oddities(from: number): Line[] {
  const at = (seconds: number) => from + seconds * 1_000;
  const tag = { idTag: 'T1' };
  const accepted = { idTagInfo: { status: 'Accepted' } };
  return [
    // Twice the same in one millisecond, and three times the same call with one answer.
    ...exchange(at(0), 'odd', 'twin', 'Authorize', tag, accepted, { after: 0 }),
    ...exchange(at(0), 'odd', 'twin', 'Authorize', tag, accepted, { after: 0 }),
    line(at(10), 'odd', true, [2, 'thrice', 'Heartbeat', {}]),
    line(at(11), 'odd', true, [2, 'thrice', 'Heartbeat', {}]),
    ...exchange(at(12), 'odd', 'thrice', 'Heartbeat', {}, {}),
    line(
      at(20),
      'odd',
      true,
      '[2, "digits","DataTransfer", {"vendorId":"V","n":9223372036854775807,"x":1.50}]',
    ),
    line(at(21), 'odd', false, '[4,"digits","NotSupported","no",{"why":"ä \\u0000"}]'),
    line(at(30), 'odd', true, [2, 'lost', 'StatusNotification', { connectorId: 1, status: 'Faulted' }]),
    ...exchange(
      at(100),
      'odd',
      'late',
      'Authorize',
      tag,
      { idTagInfo: { status: 'Expired' } },
      { after: 90_000 },
    ),
    line(at(200), 'odd', false, [3, 'nobody', {}]),
    line(at(201), 'odd', true, 'no JSON at all'),
    line(at(202), 'odd', true, '[9,"what"]'),
    ...exchange(
      at(210),
      'odd',
      'other-way',
      'DataTransfer',
      { vendorId: 'V' },
      { status: 'Accepted' },
      { up: false },
    ),
    line(at(220), 'odd', false, [
      2,
      'key',
      'ChangeConfiguration',
      { key: 'AuthorizationKey', value: 'secret' },
    ]),
    line(at(221), 'odd', true, [3, 'key', { status: 'Accepted' }]),
  ];
}

/** A connection whose beginning and end are told, with a call that waits when it ends. */
function sessionOf(from: number): Line[] {
  const on = { connection_id: 'socket-1', ocpp_version: '1.6' };
  const event = (at: number, told: unknown): Line => ({
    charger_id: 'CP_2',
    occurrence_time: new Date(at).toISOString(),
    connection_id: 'socket-1',
    event: told,
  });
  return [
    event(from, { event: 'accepted', status: 101, subprotocol: 'ocpp1.6' }),
    ...exchange(from + 100, 'CP_2', 's1', 'Heartbeat', {}, {}, { more: on }),
    line(from + 500, 'CP_2', true, [2, 's2', 'Heartbeat', {}], on),
    event(from + 900, { event: 'closed', close_code: 1006, ended_by: 'station', how: 'reset' }),
  ];
}
