/**
 * Run in a network of its own, by vanished.test.ts: a station that comes from an address which is taken away, so that
 * nothing of it arrives any more and nothing reaches it. Prints what became of its connection.
 */

import { execFileSync } from 'node:child_process';
import { SWITCHING } from '../../packages/server/src/capture/relay/capture-rig.ts';
import { MASK, text } from '../../packages/server/src/capture/relay/ws-frames.ts';
import { joinedTalk, passes } from './raw-talk.ts';
import { relayUnderTest } from './relay-record.ts';

const ADDRESS = '192.0.2.9';
const ip = (...words: readonly string[]) => execFileSync('ip', words, { stdio: 'pipe' });

const ends: (() => unknown)[] = [];
try {
  ip('link', 'set', 'lo', 'up');
  ip('address', 'add', `${ADDRESS}/32`, 'dev', 'lo');
  const relay = await relayUnderTest({ after: (end) => void ends.push(end) });
  const talk = await joinedTalk(relay.server, relay.csms, '/ocpp/depot/GONE', SWITCHING, ADDRESS);
  await passes(talk.station, talk.backend, text('[2,"1","Heartbeat",{}]', { mask: MASK }));
  const began = performance.now();
  ip('address', 'delete', `${ADDRESS}/32`, 'dev', 'lo');
  const ending = await talk.backend.ending;
  const seconds = Math.round((performance.now() - began) / 1000);
  talk.backend.socket.destroy();
  const recorded = await relay.recorded('GONE', 3);
  console.log(JSON.stringify({ ending, seconds, recorded }));
  talk.station.socket.destroy();
} finally {
  for (const end of ends) await end();
}
