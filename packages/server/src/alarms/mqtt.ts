/**
 * Publishes one message with MQTT 3.1.1 (OASIS, 29 October 2014) at QoS 1: connect, publish, wait until the broker has
 * it, leave. Packets are those of a library; the connection is ours, for its address must be checked and its end be
 * certain.
 */

import { randomBytes } from 'node:crypto';
import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { generate, type Packet, parser, writeToStream } from 'mqtt-packet';

export interface MqttPublish {
  /** mqtt:// or mqtts:// */
  readonly url: string;
  readonly topic: string;
  readonly payload: Buffer;
  readonly username: string | null;
  readonly password: string | null;
}

/** Level 4 is 3.1.1 (3.1.2.2). */
const VERSION = { protocolVersion: 4 } as const;
const KEEP_ALIVE_S = 60;
const PACKET_ID = 1;
/** What is waited for has 8 bytes together (3.2, 3.4): of a broker that says more, no more is kept. */
const HEARD_MAX = 1_024;
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

// For single messages: otherwise it keeps a buffer for each of 65,536 numbers.
writeToStream.cacheNumbers = false;

/** Rejects where the broker has not taken it until `signal` is aborted. */
export async function publishMqtt(
  wish: MqttPublish,
  lookup: LookupFunction,
  signal: AbortSignal,
): Promise<void> {
  const { protocol, hostname, port } = new URL(wish.url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const to = { host, port: port === '' ? (PORTS[protocol] ?? 0) : Number(port), lookup };
  // What cannot be said is known before anybody is called.
  const said = { connect: packet(connectPacket(wish)), publish: packet(publishPacket(wish)) };
  return new Promise((resolve, reject) => {
    const plain = connect(to);
    // RFC 6066 3: an address is no name of a server; the certificate is compared with it all the same.
    const servername = isIP(host) === 0 ? host : '';
    const socket = protocol === 'mqtts:' ? connectTls({ socket: plain, host, servername }) : plain;
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
    const done = () => {
      resolve();
      end(null);
    };
    talk(said, socket, done, end);
  });
}

function talk(
  said: Readonly<Record<'connect' | 'publish', Buffer>>,
  socket: Socket,
  done: () => void,
  fail: (error: unknown) => void,
): void {
  let wanted: Packet['cmd'] = 'connack';
  let heard = 0;
  const strange = () => fail(new Error(STRANGE));
  const answers = parser(VERSION);
  answers.on('error', strange);
  answers.on('packet', (answer) => {
    if (answer.cmd !== wanted) strange();
    else if (answer.cmd === 'connack' && answer.returnCode === 0) {
      wanted = 'puback';
      socket.write(said.publish);
    } else if (answer.cmd === 'connack') {
      const { returnCode: code } = answer;
      fail(new Error(`the broker refused: ${REFUSALS[code ?? 0] ?? `code ${code}`}`));
    } else if (answer.messageId === PACKET_ID) {
      socket.write(packet({ cmd: 'disconnect' }));
      done();
    } else strange();
  });
  socket.on('data', (bytes: Buffer) => {
    heard += bytes.length;
    if (heard > HEARD_MAX) strange();
    else answers.parse(bytes);
  });
  socket.write(said.connect);
}

function packet(of: Packet): Buffer {
  return generate(of, VERSION);
}

function connectPacket({ username, password }: MqttPublish): Packet {
  return {
    ...VERSION,
    cmd: 'connect',
    protocolId: 'MQTT',
    clean: true,
    keepalive: KEEP_ALIVE_S,
    clientId: `ocpp-logs-${randomBytes(6).toString('hex')}`,
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password: Buffer.from(password) }),
  };
}

function publishPacket({ topic, payload }: MqttPublish): Packet {
  return { cmd: 'publish', messageId: PACKET_ID, qos: 1, dup: false, retain: false, topic, payload };
}
