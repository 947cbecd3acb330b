/** Notices as syslog (RFC 5424): one datagram (RFC 5426), or one message by its length over TCP (RFC 6587 3.4.1). */

import { createSocket } from 'node:dgram';
import { connect, isIP, type LookupFunction } from 'node:net';
import { type Notice, noticeId, noticeLine } from './notice.ts';

/** local0, warning. */
const PRIORITY = 16 * 8 + 4;
/** Of the enterprise number for documentation (RFC 5612): there is no other that is everybody's. */
const ELEMENT = 'alarm@32473';

/** RFC 5424 6.3.3. */
function quoted(value: string): string {
  return `"${onOneLine(value).replace(/["\\\]]/g, '\\$&')}"`;
}

/** A line break would end it for those who read line by line. */
function onOneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}

export function syslogMessage(notice: Notice): Buffer {
  const { alarm, site, station, at, entries } = notice;
  const values = {
    id: noticeId(notice),
    alarm: alarm.id,
    site: site.id,
    station,
    entries: entries.join(','),
  };
  const element = Object.entries(values).map(([name, value]) => ` ${name}=${quoted(value)}`);
  const head = `<${PRIORITY}>1 ${new Date(at).toISOString()} - ocpp-logs - alarm [${ELEMENT}${element.join('')}]`;
  return Buffer.from(`${head} \ufeff${onOneLine(noticeLine(notice))}`);
}

/** Of UDP it is done when it is on its way: nobody answers. */
export function sendSyslog(
  url: string,
  message: Buffer,
  lookup: LookupFunction,
  signal: AbortSignal,
): Promise<void> {
  const { protocol, hostname, port } = new URL(url);
  const to = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) };
  return protocol === 'udp:' ? sendDatagram(to, message, lookup) : sendLine(to, message, lookup, signal);
}

interface Place {
  readonly host: string;
  readonly port: number;
}

async function sendDatagram({ host, port }: Place, message: Buffer, lookup: LookupFunction): Promise<void> {
  const { address, family } = await found(host, lookup);
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.send(message, port, address, (error) => (error === null ? resolve() : reject(error)));
    });
  } finally {
    socket.close();
  }
}

function found(
  host: string,
  lookup: LookupFunction,
): Promise<{ readonly address: string; readonly family: number }> {
  const family = isIP(host);
  if (family !== 0) return Promise.resolve({ address: host, family });
  return new Promise((resolve, reject) => {
    lookup(host, { all: false }, (error, address, of = 4) => {
      if (error !== null) reject(error);
      else if (typeof address === 'string') resolve({ address, family: of });
      else reject(new Error('the name has several addresses'));
    });
  });
}

function sendLine(to: Place, message: Buffer, lookup: LookupFunction, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...to, lookup });
    const give = () => socket.destroy(signal.reason instanceof Error ? signal.reason : undefined);
    signal.addEventListener('abort', give, { once: true });
    socket.once('error', reject);
    socket.once('close', () => {
      signal.removeEventListener('abort', give);
      reject(new Error('the connection ended before it was sent'));
    });
    // What it may say is not read.
    socket.resume();
    socket.end(Buffer.concat([Buffer.from(`${message.length} `), message]), () => {
      resolve();
      socket.destroySoon();
    });
  });
}
