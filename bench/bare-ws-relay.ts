/**
 * Run as a process of its own: what one would write instead of a byte tap. One server, one client a station, messages
 * passed on both ways, nothing recorded. Its argument is the URL that the station's path is appended to.
 */

import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { endWithParent, tellParent } from './child.ts';

const [upstream = ''] = process.argv.slice(2);

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
server.on('connection', (station, request) => {
  const charger = (request.url ?? '').split('/').at(-1) ?? '';
  const protocols = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  const csms = new WebSocket(`${upstream}/${charger}`, protocols, { perMessageDeflate: false });
  const early: [RawData, boolean][] = [];
  station.on('message', (message: RawData, binary: boolean) => {
    if (csms.readyState === WebSocket.OPEN) csms.send(message, { binary });
    else early.push([message, binary]);
  });
  csms.on('open', () => {
    for (const [message, binary] of early.splice(0)) csms.send(message, { binary });
  });
  csms.on('message', (message: RawData, binary: boolean) => station.send(message, { binary }));
  station.on('close', () => csms.close());
  csms.on('close', () => station.close());
  // Both ends are closed by the events above.
  for (const end of [station, csms]) end.on('error', () => undefined);
});
server.on('listening', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  tellParent({ listening: `ws://127.0.0.1:${address.port}` });
});
endWithParent();
