/**
 * Publishes one message with MQTT 3.1.1 (OASIS, 29 October 2014) at QoS 1: connect, publish, wait until the broker has
 * it, leave. Five kinds of packets, and nothing that outlives one message.
 */

import { randomBytes } from 'node:crypto';
import { connect, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export interface MqttPublish {
  /** mqtt:// or mqtts:// */
  readonly url: string;
  readonly topic: string;
  readonly payload: Buffer;
  readonly username: string | null;
  readonly password: string | null;
}

const CONNECT = 0x10;
const CONNACK = 0x20;
/** QoS 1. */
const PUBLISH = 0x32;
const PUBACK = 0x40;
const DISCONNECT = Buffer.from([0xe0, 0]);

const CLEAN_SESSION = 0x02;
const PASSWORD = 0x40;
const USERNAME = 0x80;
const KEEP_ALIVE_S = 60;
const PACKET_ID = 1;
const ANSWER_LENGTH = 2;
const STRANGE = 'the broker says something else';
/** 3.2.2.3 */
const REFUSALS: Readonly<Record<number, string>> = {
  1: 'it speaks no MQTT 3.1.1',
  2: 'it does not take the client id',
  3: 'it is not available',
  4: 'user or password are wrong',
  5: 'the user may not connect',
};
const PORTS: Readonly<Record<string, number>> = { 'mqtt:': 1883, 'mqtts:': 8883 };

/** Rejects where the broker has not taken it until `signal` is aborted. */
export function publishMqtt(wish: MqttPublish, lookup: LookupFunction, signal: AbortSignal): Promise<void> {
  const { protocol, hostname, port } = new URL(wish.url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const to = { host, port: port === '' ? (PORTS[protocol] ?? 0) : Number(port), lookup };
  return new Promise((resolve, reject) => {
    const plain = connect(to);
    const socket = protocol === 'mqtts:' ? connectTls({ socket: plain, servername: host }) : plain;
    const end = (error: unknown) => {
      signal.removeEventListener('abort', give);
      plain.destroySoon();
      socket.destroySoon();
      reject(error);
    };
    const give = () => {
      plain.destroy();
      end(signal.reason);
    };
    signal.addEventListener('abort', give, { once: true });
    for (const each of new Set<Socket>([plain, socket])) each.once('error', end);
    socket.once('close', () => end(new Error('the broker ended the connection')));
    const talk = new Talk(wish, socket, () => {
      resolve();
      end(null);
    });
    socket.on('data', (bytes: Buffer) => {
      try {
        talk.take(bytes);
      } catch (error) {
        end(error);
      }
    });
    socket.write(connectPacket(wish));
  });
}

class Talk {
  readonly #wish: MqttPublish;
  readonly #socket: Socket;
  readonly #done: () => void;
  #rest = Buffer.alloc(0);

  constructor(wish: MqttPublish, socket: Socket, done: () => void) {
    this.#wish = wish;
    this.#socket = socket;
    this.#done = done;
  }

  take(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length >= 2) {
      const [type = 0, length = 0] = this.#rest;
      // 3.2, 3.4: both of what is waited for have two bytes behind their head.
      if ((type !== CONNACK && type !== PUBACK) || length !== ANSWER_LENGTH) throw new Error(STRANGE);
      if (this.#rest.length < 2 + length) return;
      const body = this.#rest.subarray(2, 2 + length);
      this.#rest = this.#rest.subarray(2 + length);
      this.#answered(type, body);
    }
  }

  #answered(type: number, body: Buffer): void {
    if (type === CONNACK) {
      const code = body[1] ?? 0xff;
      if (code !== 0) throw new Error(`the broker refused: ${REFUSALS[code] ?? `code ${code}`}`);
      this.#socket.write(publishPacket(this.#wish));
    } else if (body.readUInt16BE(0) === PACKET_ID) {
      this.#socket.write(DISCONNECT);
      this.#done();
    } else throw new Error(STRANGE);
  }
}

function connectPacket({ username, password }: MqttPublish): Buffer {
  const flags = CLEAN_SESSION | (username === null ? 0 : USERNAME) | (password === null ? 0 : PASSWORD);
  return packet(CONNECT, [
    field('MQTT'),
    Buffer.from([4, flags, 0, KEEP_ALIVE_S]),
    field(`ocpp-logs-${randomBytes(6).toString('hex')}`),
    ...(username === null ? [] : [field(username)]),
    ...(password === null ? [] : [field(password)]),
  ]);
}

function publishPacket({ topic, payload }: MqttPublish): Buffer {
  return packet(PUBLISH, [field(topic), Buffer.from([0, PACKET_ID]), payload]);
}

/** 1.5.3: a text behind its length. */
function field(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function packet(type: number, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([type, ...remainingLength(body.length)]), body]);
}

/** 2.2.3 */
function remainingLength(length: number): readonly number[] {
  const digits: number[] = [];
  let rest = length;
  do {
    const digit = rest % 128;
    rest = Math.floor(rest / 128);
    digits.push(rest > 0 ? digit | 0x80 : digit);
  } while (rest > 0);
  return digits;
}
