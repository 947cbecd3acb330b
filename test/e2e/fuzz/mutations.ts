/** What is done to a request: one thing each, so that those that do not matter can be left out again. */

import type { Dice } from './dice.ts';
import type { Draft } from './draft.ts';
import { brokenEscape, escaped, hostileJson, hostileText, searchText } from './hostile-values.ts';

export interface Mutation {
  readonly what: string;
  /** The parameter that it is about, where the answer has to name it if it is wrong. */
  readonly query?: string;
  /** Whether the request may be one of another route, or none. */
  readonly strays?: true;
  readonly apply: (draft: Draft) => void;
}

type Maker = (draft: Draft, dice: Dice) => Mutation | null;

const latin1 = (text: string) =>
  Buffer.from(text)
    .toString('latin1')
    .replaceAll(/[\r\n\0]/g, ' ')
    .trim();

const ACCEPTS = [
  '*/*',
  'text/csv',
  'application/x-ndjson',
  'text/html',
  'x',
  '',
  'text/*;q=0',
  'application/json;q=2',
  ',,,',
  'a/b;q=x',
  '*/*;q=0.0',
];
const ODD_HEADERS: readonly (readonly [string, string])[] = [
  ['range', 'bytes=-0'],
  ['range', 'bytes=0-18446744073709551616'],
  ['range', 'bytes=9-1'],
  ['range', 'lines=1'],
  ['range', 'bytes=0-0,2-3'],
  ['if-none-match', '*'],
  ['if-none-match', '"'],
  ['if-modified-since', 'yesterday'],
  ['if-range', 'W/"x"'],
  ['last-event-id', '-1'],
  ['last-event-id', '99999999999999999999'],
  ['last-event-id', 'é'],
  ['content-encoding', 'gzip'],
  ['content-encoding', 'br'],
  ['content-encoding', 'gzip, gzip'],
  ['content-encoding', 'x'],
  ['accept-encoding', 'gzip;q=x'],
  ['accept-encoding', 'br;q=0, identity;q=0'],
  ['transfer-encoding', 'gzip'],
  ['transfer-encoding', 'chunked, chunked'],
  ['cookie', 'ocpp_logs_session=x; ocpp_logs_session=y'],
  ['cookie', ';;;=;'],
  ['origin', 'null'],
  ['host', 'b'],
  ['x-forwarded-for', "' or 1"],
  ['x-request-id', 'x'.repeat(3_000)],
  ['authorization', 'Bearer'],
  ['authorization', 'Basic !!!'],
  ['x-api-key', 'x'],
  ['x-req-timestamp', '1e9'],
  ['idempotency-key', ''],
  ['idempotency-key', 'x'.repeat(2_000)],
  ['expect', '100-continue'],
  ['content-type', 'a'],
  ['x-ocpp-logs-end', 'maybe'],
  ['x', 'x'.repeat(17_000)],
  ['x-ocpp-logs-source', '../x'],
  ['sec-fetch-site', 'cross-site'],
  ['accept-language', '*'.repeat(500)],
  ['x y', 'z'],
  ['', 'x'],
];
const TYPES = [
  'text/plain',
  'application/xml',
  '',
  'json',
  'application/json; charset=utf-16',
  'application/json;;',
  'multipart/form-data',
  'multipart/form-data; boundary=',
  '\u00ff/\u00ff',
  'application/x-www-form-urlencoded',
];
const METHODS = [
  'HEAD',
  'OPTIONS',
  'TRACE',
  'PUT',
  'DELETE',
  'PATCH',
  'POST',
  'GET',
  'PROPFIND',
  'get',
  'X',
  'CONNECT',
  'GET GET',
];
const TAILS = [
  '/',
  '//',
  '/..',
  '/.',
  '/%2e%2e',
  ';a=b',
  '/%00',
  '%',
  '/\\',
  '#x',
  '/x',
  '%2f',
  ' HTTP/1.1',
  '/%ff',
];

const ofQuery: Maker = ({ operation }, dice) => {
  const declared = operation.parameters.filter((parameter) => parameter.in === 'query');
  if (declared.length === 0) return null;
  const { name } = dice.one(declared);
  const text = name === 'q' && dice.chance(0.7) ? searchText(dice) : hostileText(dice);
  const value = dice.chance(0.1) ? brokenEscape(dice) : escaped(text);
  return {
    what: `query ${name}`,
    query: name,
    apply: ({ query }) => {
      const at = query.findIndex(([each]) => each === name);
      if (at < 0) query.push([name, value]);
      else query[at] = [name, value];
    },
  };
};

const twice: Maker = ({ query }, dice) => {
  if (query.length === 0) return null;
  const [name, value] = dice.one(query);
  return { what: `query ${name} twice`, query: name, apply: (draft) => void draft.query.push([name, value]) };
};

const missing: Maker = ({ query }, dice) => {
  if (query.length === 0) return null;
  const [name] = dice.one(query);
  return {
    what: `query ${name} missing`,
    query: name,
    apply: (draft) => {
      const at = draft.query.findIndex(([each]) => each === name);
      if (at >= 0) draft.query.splice(at, 1);
    },
  };
};

const unknown: Maker = (_, dice) => {
  const name = escaped(hostileText(dice));
  return {
    what: 'an unknown query parameter',
    apply: ({ query }) => void query.push([name, escaped(hostileText(dice))]),
  };
};

const ofPath: Maker = ({ path }, dice) => {
  if (path.size === 0) return null;
  const name = dice.one([...path.keys()]);
  const raw = dice.chance(0.15);
  const value = raw ? latin1(hostileText(dice)).replaceAll(/[ ?#]/g, '') : escaped(hostileText(dice));
  const value2 = dice.chance(0.1) ? brokenEscape(dice) : value;
  // Dots, slashes and nothing lead elsewhere.
  return { what: `path ${name}`, strays: true, apply: (draft) => void draft.path.set(name, value2) };
};

const tail: Maker = (_, dice) => {
  const text = dice.one(TAILS);
  return {
    what: `${text} behind the path`,
    strays: true,
    apply: (draft) => {
      draft.tail = text;
    },
  };
};

const method: Maker = (_, dice) => {
  const text = dice.one(METHODS);
  return {
    what: `method ${text}`,
    strays: true,
    apply: (draft) => {
      draft.method = text;
    },
  };
};

const ofHeader: Maker = ({ operation }, dice) => {
  const declared = operation.parameters.filter((parameter) => parameter.in === 'header');
  const given =
    declared.length > 0 && dice.chance(0.4)
      ? ([dice.one(declared).name, latin1(hostileText(dice))] as const)
      : null;
  const [name, value] =
    given ?? (dice.chance(0.3) ? (['accept', dice.one(ACCEPTS)] as const) : dice.one(ODD_HEADERS));
  return { what: `header ${name}`, apply: ({ headers }) => void headers.push([name, value]) };
};

const manyHeaders: Maker = (_, dice) => {
  const count = dice.one([50, 500, 3_000]);
  return {
    what: `${count} headers`,
    apply: ({ headers }) =>
      void headers.push(...Array.from({ length: count }, (_, at): [string, string] => [`x${at % 7}`, '1'])),
  };
};

const type: Maker = ({ body }, dice) => {
  if (body === null) return null;
  const text = dice.one(TYPES);
  return {
    what: `type ${text}`,
    apply: (draft) => {
      draft.type = text;
    },
  };
};

const ofMember: Maker = (draft, dice) => {
  const { body } = draft;
  if (body === null || Buffer.isBuffer(body)) return null;
  const names = body.map(([name]) => name);
  const name = names.length === 0 || dice.chance(0.15) ? hostileText(dice) : dice.one(names);
  const json = hostileJson(dice);
  const again = dice.chance(0.1);
  return {
    what: `member ${name}`,
    apply: ({ body: all }) => {
      if (all === null || Buffer.isBuffer(all)) return;
      const at = all.findIndex(([each]) => each === name);
      if (at < 0 || again) all.push([name, json]);
      else all[at] = [name, json];
    },
  };
};

const wholeBody: Maker = ({ body }, dice) => {
  const text = dice.one([
    hostileJson(dice),
    hostileJson(dice),
    hostileText(dice),
    '{',
    '{}',
    '[]',
    '{"a":1,}',
    "{'a':1}",
    '\ufeff{}',
    '{} {}',
    '\u0000',
  ]);
  const bytes = dice.chance(0.1) ? Buffer.from([0xff, 0xfe, 0x7b, 0, 0x7d, 0]) : Buffer.from(text);
  if (body === null && dice.chance(0.5)) return null;
  return {
    what: 'another body',
    apply: (draft) => {
      draft.body = bytes;
    },
  };
};

/** Bytes of a body that is no JSON, or a piece of it. */
const bytesOfBody: Maker = ({ body }, dice) => {
  if (body === null) return null;
  const [at, to, kind] = [dice.below(2_000), dice.below(256), dice.below(3)];
  return {
    what: 'bytes of the body',
    apply: (draft) => {
      if (!Buffer.isBuffer(draft.body)) return;
      const bytes = Buffer.from(draft.body);
      const place = at % Math.max(1, bytes.length);
      if (kind === 0) bytes.fill(to, place, place + 1);
      draft.body =
        kind === 1
          ? bytes.subarray(0, place)
          : kind === 2
            ? Buffer.concat([bytes, bytes.subarray(place)])
            : bytes;
    },
  };
};

const length: Maker = ({ body }, dice) => {
  const text = dice.one([
    '0',
    '1',
    '5',
    '100000',
    '-1',
    '1e3',
    '99999999999999999999',
    '0x10',
    '',
    '3, 3',
    '+3',
  ]);
  if (body === null && dice.chance(0.7)) return null;
  return {
    what: `length ${text}`,
    apply: (draft) => {
      draft.length = text;
    },
  };
};

/** As often as they stand here. */
const MAKERS: readonly Maker[] = [
  ofQuery,
  ofQuery,
  ofQuery,
  ofQuery,
  twice,
  missing,
  unknown,
  ofPath,
  ofPath,
  tail,
  method,
  ofHeader,
  ofHeader,
  ofHeader,
  manyHeaders,
  type,
  ofMember,
  ofMember,
  ofMember,
  ofMember,
  wholeBody,
  wholeBody,
  bytesOfBody,
  bytesOfBody,
  length,
];

export function mutationsFor(draft: Draft, dice: Dice): readonly Mutation[] {
  const wanted = dice.one([0, 1, 1, 1, 1, 2, 2, 3]);
  const found: Mutation[] = [];
  for (let tries = 0; found.length < wanted && tries < 30; tries++) {
    const made = dice.one(MAKERS)(draft, dice);
    if (made !== null) found.push(made);
  }
  return found;
}
