/** A peer that is gone without a word: no FIN, no reset. The system notices, as it was told to. */

import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { MASK, text } from '../../packages/server/src/capture/relay/ws-frames.ts';
import { eventually } from '../e2e/running-server.ts';
import { joinedTalk, passes } from './raw-talk.ts';
import { relayUnderTest } from './relay-record.ts';

const SOCKETS = '/proc/net/tcp';
/** Column `tr`: a timer runs that is neither of a retransmission nor of a closed window. */
const KEEP_ALIVE = '02';
/** The same column: what was sent is not acknowledged. */
const SENT = '01';
/** Of silence, and then ten probes a second apart. */
const NOTICED_S = [60, 90] as const;

interface SystemSocket {
  readonly local: number;
  readonly remote: number;
  readonly timer: string;
  /** Until the timer is due. */
  readonly seconds: number;
}

/** As proc(5) tells of the connections of this machine. */
function sockets(): readonly SystemSocket[] {
  const rows = readFileSync(SOCKETS, 'latin1').trim().split('\n').slice(1);
  return rows.map((row) => {
    const [, local = '', remote = '', , , timer = ''] = row.trim().split(/\s+/);
    const port = (address: string) => Number.parseInt(address.split(':')[1] ?? '', 16);
    const [kind = '', due = ''] = timer.split(':');
    return { local: port(local), remote: port(remote), timer: kind, seconds: Number.parseInt(due, 16) / 100 };
  });
}

test('the system watches over both sockets of a relayed station, from a minute of silence on', async (t) => {
  if (!existsSync(SOCKETS)) return t.skip(`NOT TESTED: there is no ${SOCKETS} here`);
  const relay = await relayUnderTest(t);
  const { station, backend } = await joinedTalk(relay.server, relay.csms, '/ocpp/depot/WATCHED');
  t.after(() => {
    station.socket.destroy();
    backend.socket.destroy();
  });
  await passes(station, backend, text('[2,"1","Heartbeat",{}]', { mask: MASK }));
  for (const [side, far] of [
    ['station', station.socket.localPort],
    ['CSMS', backend.socket.localPort],
  ] as const) {
    const near = side === 'station' ? station.socket.remotePort : backend.socket.remotePort;
    // Until the other end has acknowledged what was sent, the timer is that of sending it again.
    const ours = await eventually(
      async () => sockets().find(({ local, remote }) => local === near && remote === far),
      (socket) => socket !== undefined && socket.timer !== SENT,
    );
    assert.ok(ours, `the relay's socket to the ${side}`);
    assert.equal(ours.timer, KEEP_ALIVE, `the timer of the socket to the ${side}`);
    assert.ok(ours.seconds > 30 && ours.seconds <= 60, `${ours.seconds} s to the ${side}`);
  }
});

test('a station whose network is gone is noticed by the system, its CSMS is told, and the record says so', async (t) => {
  try {
    const made = 'ip link set lo up && ip address add 192.0.2.9/32 dev lo';
    execFileSync('unshare', ['--net', '--map-root-user', 'sh', '-c', made], { stdio: 'pipe' });
  } catch (error) {
    t.skip(`NOT TESTED: no network of its own can be made here: ${String(error).split('\n')[0]}`);
    return;
  }
  const script = join(import.meta.dirname, 'vanished-station.ts');
  const words = ['--net', '--map-root-user', process.execPath, '--conditions=source', script];
  const stop = new AbortController();
  t.after(() => stop.abort());
  const { stdout } = await promisify(execFile)('unshare', words, { signal: stop.signal });
  const { ending, seconds, recorded } = JSON.parse(stdout);
  assert.ok(seconds >= NOTICED_S[0] && seconds <= NOTICED_S[1], `noticed after ${seconds} s`);
  assert.equal(ending, 'reset');
  // Its call has waited for a minute by then.
  assert.deepEqual(recorded, [
    ['accepted', 'ocpp1.6'],
    ['exchange', 'station_to_csms', '1', 'Heartbeat', 'timeout'],
    ['closed', 'station', 'timeout', 1006, ''],
  ]);
});
