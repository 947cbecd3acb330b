/** Run as a process of its own: many stations, which send seeded calls at a rate or as fast as they are answered. */

import { once } from 'node:events';
import { type RawData, WebSocket } from 'ws';
import { endWithParent, tellParent } from './child.ts';
import { seededCalls } from './station-calls.ts';

export type SwarmOrder =
  | { readonly order: 'connect'; readonly url: string; readonly stations: number }
  | { readonly order: 'run'; readonly seconds: number; readonly rate: number | null }
  | { readonly order: 'disconnect' };

export interface SwarmRun {
  /** Calls that were answered. */
  readonly calls: number;
  readonly unanswered: number;
  readonly seconds: number;
  /** Round trips in ms. */
  readonly latencies: Float64Array;
}

const CONNECTING_AT_ONCE = 25;
/** Rest after a run in which the last answers may come. */
const DRAIN_MS = 2_000;

interface Station {
  readonly socket: WebSocket;
  readonly sent: Map<string, number>;
}

const calls = seededCalls();
let stations: Station[] = [];
let number = 0;
let latencies: number[] = [];
let refill = false;

function sendNext(station: Station): void {
  const call = calls[number % calls.length];
  if (call === undefined) throw new Error('there are no calls');
  const id = String(number);
  number += 1;
  station.sent.set(id, performance.now());
  station.socket.send(`[2,"${id}","${call.action}",${call.payload}]`);
}

function answered(station: Station, message: RawData): void {
  const text = message.toString();
  const id = text.slice(4, text.indexOf('"', 4));
  const sent = station.sent.get(id);
  if (sent === undefined) return;
  station.sent.delete(id);
  latencies.push(performance.now() - sent);
  if (refill) sendNext(station);
}

async function connect(url: string, count: number): Promise<void> {
  for (let first = 0; first < count; first += CONNECTING_AT_ONCE) {
    const opening = Array.from({ length: Math.min(CONNECTING_AT_ONCE, count - first) }, async (_, place) => {
      const socket = new WebSocket(`${url}/CP${first + place + 1}`, ['ocpp1.6'], {
        perMessageDeflate: false,
      });
      const station = { socket, sent: new Map<string, number>() };
      socket.on('message', (message: RawData) => answered(station, message));
      await once(socket, 'open');
      stations.push(station);
    });
    await Promise.all(opening);
  }
}

async function run(seconds: number, rate: number | null): Promise<SwarmRun> {
  latencies = [];
  const started = performance.now();
  const end = started + seconds * 1000;
  if (rate === null) await closedLoop(end);
  else await openLoop(started, end, rate);
  const took = (performance.now() - started) / 1000;
  const waited = performance.now() + DRAIN_MS;
  const waiting = () => stations.reduce((sum, { sent }) => sum + sent.size, 0);
  while (waiting() > 0 && performance.now() < waited) await pause(10);
  const unanswered = waiting();
  for (const { sent } of stations) sent.clear();
  return { calls: latencies.length, unanswered, seconds: took, latencies: Float64Array.from(latencies) };
}

/** Every station has one call outstanding. */
async function closedLoop(end: number): Promise<void> {
  refill = true;
  for (const station of stations) sendNext(station);
  await pause(end - performance.now());
  refill = false;
}

/** Stations take turns; what is due is sent, whatever is answered. */
async function openLoop(started: number, end: number, rate: number): Promise<void> {
  let sent = 0;
  for (let now = performance.now(); now < end; now = performance.now()) {
    const due = Math.floor(((now - started) * rate) / 1000);
    for (; sent < due; sent++) {
      const station = stations[sent % stations.length];
      if (station !== undefined) sendNext(station);
    }
    await pause(1);
  }
}

async function disconnect(): Promise<void> {
  const closing = stations.map(({ socket }) => once(socket, 'close'));
  for (const { socket } of stations) socket.close();
  await Promise.all(closing);
  stations = [];
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function follow(order: SwarmOrder): Promise<object> {
  if (order.order === 'connect') await connect(order.url, order.stations);
  else if (order.order === 'disconnect') await disconnect();
  else return run(order.seconds, order.rate);
  return { done: true };
}

process.on('message', (order: SwarmOrder) => {
  follow(order).then(tellParent, (error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
endWithParent();
