import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { test } from 'node:test';
import { Problem } from '../errors.ts';
import type { ControlSnapshot, KeyRecord } from '../store/control.ts';
import { Authenticator, type AuthSettings, type Credentials } from './authenticate.ts';
import { mayDo, maySee } from './caller.ts';
import { createKey, type KeyWish } from './keys.ts';
import { SeenSignatures } from './signature.ts';

const NOW = 1_700_000_000_000;
const NONE = new Uint8Array();
const settings: AuthSettings = {
  secretKey: new Uint8Array(32).fill(5),
  adminToken: 'preset-admin-token-0123456789',
  runToken: 'token-of-this-run-0123456789',
  clockSkewSeconds: 300,
  publicPath: '',
};

function door(wish: Partial<KeyWish> = {}, seen = new SeenSignatures(), change: Partial<AuthSettings> = {}) {
  const all: KeyWish = { name: 'k', scopes: ['read'], sites: null, expires: null, ...wish };
  const { record, shown } = createKey(all, settings.secretKey, NOW);
  const clock = { now: NOW };
  let keys: readonly KeyRecord[] = [record];
  let told: (snapshot: ControlSnapshot) => void = () => undefined;
  const used: string[] = [];
  const snapshot = (): ControlSnapshot => ({
    sites: new Map(),
    keys,
    users: new Map(),
    sessions: new Map(),
  });
  const control = {
    snapshot,
    onChange: (listener: typeof told) => {
      told = listener;
    },
    keyUsed: (id: string) => used.push(id),
  };
  const put = (change: Partial<KeyRecord>) => {
    keys = [{ ...record, ...change }];
    told(snapshot());
  };
  const authenticator = new Authenticator({ ...settings, ...change }, control, () => clock.now, seen);
  return { authenticator, record, shown, clock, used, put };
}

function bearer(token: string): Credentials {
  return { authorization: `Bearer ${token}`, apiKey: undefined, timestamp: undefined, signature: undefined };
}

function signed(
  shown: { api_key: string; secret: string },
  message: string,
  seconds = NOW / 1000,
): Credentials {
  const key = createHash('sha256').update(shown.secret).digest('hex');
  const [method, path, body = ''] = message.split(' ');
  const signature = createHmac('sha256', key).update(`${method}:${path}:${seconds}:${body}`).digest('hex');
  return { authorization: undefined, apiKey: shown.api_key, timestamp: String(seconds), signature };
}

const get = { method: 'GET', url: '/sites' };
const post = { method: 'POST', url: '/sites' };

function code(run: () => unknown): string {
  try {
    run();
    return 'accepted';
  } catch (error) {
    assert.ok(error instanceof Problem);
    return error.code;
  }
}

test('a bearer key has the scopes and sites it was given, and its use is noted', () => {
  const { authenticator, shown, record, used } = door({ scopes: ['ingest'], sites: ['a'] });
  const caller = authenticator.authenticate(get, bearer(shown.bearer), NONE);
  assert.equal(caller.keyId, record.id);
  assert.deepEqual(
    [mayDo(caller, 'read'), mayDo(caller, 'ingest'), mayDo(caller, 'admin')],
    [false, true, false],
  );
  assert.deepEqual([maySee(caller, 'a'), maySee(caller, 'b')], [true, false]);
  assert.deepEqual(used, [record.id]);
});

test('admin includes the other scopes', () => {
  const { authenticator, shown } = door({ scopes: ['admin'] });
  const caller = authenticator.authenticate(get, bearer(shown.bearer), NONE);
  assert.deepEqual(
    [mayDo(caller, 'read'), mayDo(caller, 'ingest'), mayDo(caller, 'admin')],
    [true, true, true],
  );
});

test('the preset admin token and the token of this run are admins over all sites', () => {
  const { authenticator } = door();
  for (const token of [settings.adminToken ?? '', settings.runToken ?? '']) {
    const caller = authenticator.authenticate(get, bearer(token), NONE);
    assert.deepEqual([mayDo(caller, 'ingest'), maySee(caller, 'any')], [true, true]);
  }
  assert.equal(
    code(() => authenticator.authenticate(get, bearer(`${settings.adminToken}x`), NONE)),
    'credentials-invalid',
  );
});

test('the scheme Bearer is read in any case; other schemes and forms are refused', () => {
  const { authenticator, shown } = door();
  const send = (authorization: string) =>
    code(() => authenticator.authenticate(get, { ...bearer(''), authorization }, NONE));
  assert.equal(send(`bearer  ${shown.bearer}`), 'accepted');
  for (const wrong of [
    '',
    'Bearer',
    'Bearer ',
    shown.bearer,
    `Basic ${shown.bearer}`,
    `Bearer ${shown.bearer} x`,
  ]) {
    assert.equal(send(wrong), 'credentials-invalid', wrong);
  }
});

test('neither api_key nor secret is a bearer', () => {
  const { authenticator, shown } = door();
  for (const value of [shown.api_key, shown.secret, shown.id]) {
    assert.equal(
      code(() => authenticator.authenticate(get, bearer(value), NONE)),
      'credentials-invalid',
    );
  }
});

test('a key that is revoked or expired is refused at once, in both ways', () => {
  const { authenticator, shown, clock, put } = door({ expires: NOW + 1_000 });
  const ways = () => [
    code(() => authenticator.authenticate(get, bearer(shown.bearer), NONE)),
    code(() => authenticator.authenticate(get, signed(shown, 'GET /sites'), NONE)),
  ];
  assert.deepEqual(ways(), ['accepted', 'accepted']);
  clock.now = NOW + 1_000;
  assert.deepEqual(ways(), ['credentials-invalid', 'credentials-invalid']);
  clock.now = NOW;
  put({ revoked: true });
  assert.deepEqual(ways(), ['credentials-invalid', 'credentials-invalid']);
  put({});
  assert.deepEqual(ways(), ['accepted', 'accepted']);
});

test('missing headers are named as missing', () => {
  const { authenticator, shown } = door();
  const all = signed(shown, 'GET /sites');
  for (const part of ['apiKey', 'timestamp', 'signature'] as const) {
    const send = () => authenticator.authenticate(get, { ...all, [part]: undefined }, NONE);
    assert.equal(code(send), 'credentials-missing', part);
  }
});

test('a wrong signature, an unknown key and a time that is off are refused', () => {
  const { authenticator, shown, clock } = door();
  const all = signed(shown, 'GET /sites');
  const send = (change: Partial<Credentials>) =>
    code(() => authenticator.authenticate(get, { ...all, ...change }, NONE));
  assert.equal(send({}), 'accepted');
  assert.equal(send({ signature: '0'.repeat(64) }), 'credentials-invalid');
  assert.equal(send({ apiKey: 'f'.repeat(64) }), 'credentials-invalid');
  clock.now = NOW + 301_000;
  assert.equal(send({}), 'credentials-invalid');
});

test('an unknown key and a wrong signature read alike', () => {
  const { authenticator, shown } = door();
  const all = signed(shown, 'GET /sites');
  const say = (change: Partial<Credentials>) => {
    try {
      authenticator.authenticate(get, { ...all, ...change }, NONE);
    } catch (error) {
      return error instanceof Problem ? error.message : '';
    }
    return 'accepted';
  };
  assert.equal(say({ signature: '0'.repeat(64) }), say({ apiKey: 'f'.repeat(64) }));
});

test('a secret that was sealed under another secret key opens nothing', () => {
  const { authenticator, shown, put, record } = door();
  put({ sealedSecret: new Uint8Array(record.sealedSecret).fill(0, 0, 12) });
  assert.equal(
    code(() => authenticator.authenticate(get, signed(shown, 'GET /sites'), NONE)),
    'credentials-invalid',
  );
});

test('the same signed GET is answered again, the same signed write is not', () => {
  const { authenticator, shown } = door();
  const send = (line: typeof get) =>
    code(() => authenticator.authenticate(line, signed(shown, `${line.method} /sites`), NONE));
  assert.deepEqual([send(get), send(get)], ['accepted', 'accepted']);
  assert.deepEqual([send(post), send(post)], ['accepted', 'credentials-invalid']);
});

test('after a restart a write that was signed before it is refused, since nobody knows whether it was taken', () => {
  const { authenticator, shown } = door({}, new SeenSignatures(), { signedAfter: NOW + 400 });
  const sent = (line: typeof post, seconds: number) =>
    code(() => authenticator.authenticate(line, signed(shown, `${line.method} /sites`, seconds), NONE));
  const second = NOW / 1000;
  assert.equal(sent(post, second - 5), 'credentials-invalid');
  assert.equal(sent(post, second), 'credentials-invalid');
  assert.equal(sent(post, second + 1), 'accepted');
  assert.equal(sent(get, second - 5), 'accepted');
});

test('a refused write does not use its signature up', () => {
  const { authenticator, shown } = door();
  const all = signed(shown, 'POST /sites x');
  assert.equal(
    code(() => authenticator.authenticate(post, all, Buffer.from('y'))),
    'credentials-invalid',
  );
  assert.equal(
    code(() => authenticator.authenticate(post, all, Buffer.from('x'))),
    'accepted',
  );
});

test('with its memory of signatures full, a write is put off and a read is not', () => {
  const { authenticator, shown } = door({}, new SeenSignatures(1));
  const write = (body: string) =>
    code(() => authenticator.authenticate(post, signed(shown, `POST /sites ${body}`), Buffer.from(body)));
  assert.deepEqual([write('a'), write('b')], ['accepted', 'unavailable']);
  assert.equal(
    code(() => authenticator.authenticate(get, signed(shown, 'GET /sites'), NONE)),
    'accepted',
  );
});

test('before a body is read, what no body can make right is refused', () => {
  const { authenticator, shown } = door();
  const all = signed(shown, 'POST /sites x');
  assert.equal(authenticator.needsBody(all), true);
  assert.equal(authenticator.needsBody(bearer(shown.bearer)), false);
  assert.equal(
    code(() => authenticator.precheck(all)),
    'accepted',
  );
  assert.equal(
    code(() => authenticator.precheck({ ...all, apiKey: 'x' })),
    'credentials-invalid',
  );
  assert.equal(
    code(() => authenticator.precheck({ ...all, timestamp: '1' })),
    'credentials-invalid',
  );
});

test('a signed request is judged by its signature, whatever Authorization a proxy has left there', () => {
  const { authenticator, shown } = door();
  const all = signed(shown, 'GET /sites');
  const send = (change: Partial<Credentials>) =>
    code(() => authenticator.authenticate(get, { ...all, ...change }, NONE));
  assert.equal(send({ authorization: 'Basic dTpw' }), 'accepted');
  assert.equal(
    send({ authorization: `Bearer ${shown.bearer}`, signature: '0'.repeat(64) }),
    'credentials-invalid',
  );
});
