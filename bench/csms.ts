/** Run as a process of its own: a CSMS that answers every call at once. */

import { type RawData, WebSocketServer } from 'ws';
import { endWithParent, tellParent } from './child.ts';

let transaction = 0;

function payloadFor(action: string): string {
  switch (action) {
    case 'Heartbeat':
      return `{"currentTime":"${new Date().toISOString()}"}`;
    case 'BootNotification':
      return `{"status":"Accepted","currentTime":"${new Date().toISOString()}","interval":300}`;
    case 'Authorize':
    case 'StopTransaction':
      return '{"idTagInfo":{"status":"Accepted"}}';
    case 'StartTransaction':
      transaction += 1;
      return `{"idTagInfo":{"status":"Accepted"},"transactionId":${transaction}}`;
    case 'DataTransfer':
      return '{"status":"Accepted"}';
    default:
      return '{}';
  }
}

/** Type, id and action; the payload is not looked at. */
const CALL = /^\[2,"([^"]+)","([A-Za-z]+)"/;

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
server.on('connection', (station) => {
  station.on('message', (message: RawData) => {
    const [, id, action] = CALL.exec(message.toString()) ?? [];
    if (id !== undefined && action !== undefined) station.send(`[3,"${id}",${payloadFor(action)}]`);
  });
  // A connection that breaks is closed by `ws` itself.
  station.on('error', () => undefined);
});
server.on('listening', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  tellParent({ listening: `ws://127.0.0.1:${address.port}` });
});
endWithParent();
