import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type TestContext, test } from 'node:test';
import { Client, type ClientOptions } from './client.ts';
import type { Credentials } from './credentials.ts';
import { HTTP_LIMITS } from './http-get.ts';
import { listening } from './listening.ts';
import { PageTooLarge, RemoteAway, RemoteRefusal, RemoteUnreadable } from './remote.ts';
import { SteppedClock } from './stepped-clock.ts';

type Answer = (response: ServerResponse, request: IncomingMessage) => unknown;

const WISH = { from: 0, to: 60_000, take: 1000, skip: 0 };
const ACTIVE = new AbortController().signal;
const BEARER: Credentials = { kind: 'bearer', bearer: 'olk_x' };
const ENTRY = '{"occurrence_time":"1970-01-01T00:00:01.000Z"}';
const page: Answer = (response) => response.end(`{"ocpp_logs":[${ENTRY}],"count":1}`);
const status =
  (code: number, headers: Record<string, string> = {}, text = ''): Answer =>
  (response) =>
    response.writeHead(code, headers).end(text);

/** A client of a server that gives these answers, the last one again and again. */
async function clientOf(t: TestContext, answers: readonly Answer[], options: Partial<ClientOptions> = {}) {
  const asked: string[] = [];
  const clock = new SteppedClock();
  const waits: [string, number][] = [];
  const server = createServer((request, response) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)];
    asked.push(request.url ?? '');
    answer?.(response, request);
  });
  const url = await listening(t, server);
  const client = new Client({
    url,
    site: 'a/b',
    credentials: BEARER,
    clock,
    rate: 1_000_000,
    tries: 3,
    onWait: (why, ms) => waits.push([why, ms]),
    ...options,
  });
  t.after(() => client.close());
  return { client, asked, waits, clock, url };
}

async function refusal(
  t: TestContext,
  answer: Answer,
  options: Partial<ClientOptions> = {},
): Promise<string> {
  const { client, asked, url } = await clientOf(t, [answer], options);
  const failed = await client.page(WISH, ACTIVE).catch((error: unknown) => error);
  assert.ok(failed instanceof RemoteRefusal, String(failed));
  assert.equal(asked.length, 1);
  return failed.message.replace(url.origin, 'SERVER');
}

test('exact frames are asked for, and only what is published where they are not understood', async (t) => {
  const plain = '/rest/v1/ocpp-logs/site/a%2Fb?from=1970-01-01T00:00:00.000Z&to=1970-01-01T00:01:00.000Z';
  const rest = '&sort_order=asc&take=1000&skip=0';
  const more = '&include=exchange,raw&kinds=exchange,orphan,malformed,connection';
  const rich = await clientOf(t, [page]);
  assert.equal(rich.client.exact, null);
  const { entries, count } = await rich.client.page(WISH, ACTIVE);
  assert.deepEqual([entries, count], [[{ at: 1_000, text: ENTRY }], 1]);
  assert.deepEqual([rich.client.exact, rich.asked], [true, [plain + rest + more]]);

  const strict = await clientOf(t, [status(400), page]);
  await strict.client.page(WISH, ACTIVE);
  await strict.client.page(WISH, ACTIVE);
  assert.equal(strict.client.exact, false);
  assert.deepEqual(strict.asked, [plain + rest + more, plain + rest, plain + rest]);
  assert.equal(strict.client.requests, 3);
});

test('once exact frames were understood, no refusal of a request gives them up', async (t) => {
  const { client, asked, url } = await clientOf(t, [
    page,
    status(422, {}, '{"detail":"to is too early"}'),
    page,
  ]);
  await client.page(WISH, ACTIVE);
  await assert.rejects(client.page(WISH, ACTIVE), {
    name: 'RemoteRefusal',
    message: `${url.origin} answered 422 (to is too early)`,
  });
  assert.equal(client.exact, true);
  await client.page(WISH, ACTIVE);
  assert.deepEqual(
    asked.map((path) => path.includes('include=exchange,raw')),
    [true, true, true],
  );
});

test('failures that pass are tried again, as long as the server asks for or ever longer', async (t) => {
  const { client, waits, clock } = await clientOf(
    t,
    [
      status(500),
      status(429, { 'retry-after': '7' }),
      status(503, { 'retry-after': new Date(Date.UTC(2026, 0, 5, 12, 1)).toUTCString() }),
      (response) => response.writeHead(200, { 'content-length': '50' }).write('{', () => response.destroy()),
      (response) => response.setHeader('content-type', 'application/json').end('{"ocpp_logs":['),
      (response) => response.destroy(),
      page,
    ],
    { tries: 7 },
  );
  const began = clock.at;
  await client.page(WISH, ACTIVE);
  assert.deepEqual(waits, [
    ['the server answered 500', 500],
    ['the server answered 429', 7_000],
    ['the server answered 503', 52_500],
    ['the connection broke off', 4_000],
    ['the server answered half a page', 8_000],
    ['the connection broke off', 16_000],
  ]);
  assert.equal(clock.at - began, 88_000);
});

test('tries are bounded, and a server that wants to be left alone for long is', async (t) => {
  const failing = await clientOf(t, [status(502)]);
  await assert.rejects(failing.client.page(WISH, ACTIVE), (error) => {
    assert.ok(error instanceof RemoteUnreadable);
    assert.equal(error.message, 'the server answered 502, 3 times');
    return true;
  });
  assert.equal(failing.asked.length, 3);
  const away = await clientOf(t, [status(503, { 'retry-after': '3600' })]);
  await assert.rejects(away.client.page(WISH, ACTIVE), (error) => {
    assert.ok(error instanceof RemoteAway);
    assert.equal(error.message, 'the server answered 503, and asks to come back in 60 minutes');
    return true;
  });
  assert.equal(away.asked.length, 1);
});

test('what a person must change ends at once with a line that says what', async (t) => {
  const detail = '{"detail":"The key is unknown. Signed is METHOD and more."}';
  const late = { date: new Date(Date.UTC(2026, 0, 5, 11, 50)).toUTCString() };
  assert.equal(
    await refusal(t, status(401, late, detail), {
      credentials: { kind: 'signed', apiKey: 'k', secret: 's', signPath: 'as-sent' },
    }),
    "SERVER answered 401 (The key is unknown): check API key and secret, or try --sign-path without-prefix; this clock is 600 s ahead of the server's",
  );
  const onTime = { date: new Date(Date.UTC(2026, 0, 5, 12)).toUTCString() };
  assert.equal(await refusal(t, status(401, onTime)), 'SERVER answered 401: check the bearer');
  assert.equal(
    await refusal(t, status(403)),
    'SERVER answered 403: the key needs the right to read, and may be limited to some hosts',
  );
  assert.equal(
    await refusal(t, status(404)),
    'SERVER answered 404: check the address and --site; there is no site "a/b", or the key may not read it',
  );
  assert.equal(
    await refusal(t, status(301, { location: 'https://x.example/' })),
    'SERVER answered 301, a redirection to https://x.example/: give the address it ends at',
  );
  assert.equal(
    await refusal(t, status(200, { 'content-type': 'text/html' }, '<html>')),
    'the answer of SERVER is no page of OCPP logs but text/html: check the address',
  );
  assert.equal(
    await refusal(t, status(200, {}, '[]')),
    'the answer of SERVER is no page of OCPP logs: check the address',
  );
});

test('a wrong request is told with what the server says of it', async (t) => {
  const { client, url } = await clientOf(t, [status(400, {}, '{"message":"no such\u009b31m site id"}')]);
  await assert.rejects(client.page(WISH, ACTIVE), (error) => {
    assert.ok(error instanceof RemoteRefusal);
    assert.equal(error.message, `${url.origin} answered 400 (no such 31m site id)`);
    return true;
  });
});

test('a page over the bound is told as one, so that a smaller one is asked for', async (t) => {
  const { client } = await clientOf(t, [page], { limits: { ...HTTP_LIMITS, bodyBytes: 10 } });
  await assert.rejects(client.page(WISH, ACTIVE), PageTooLarge);
});

test('a server that is not there is tried again', async (t) => {
  const { client, waits } = await clientOf(t, [page], { url: new URL('http://127.0.0.1:1') });
  await assert.rejects(client.page(WISH, ACTIVE), /^RemoteUnreadable: nobody listens there, 3 times$/);
  assert.equal(waits.length, 2);
});

test('what is stopped ends with the reason it was stopped for', async (t) => {
  const stop = new AbortController();
  const { client } = await clientOf(t, [() => stop.abort(new Error('stopped'))]);
  await assert.rejects(client.page(WISH, stop.signal), /^Error: stopped$/);
});
