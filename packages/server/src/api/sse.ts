/** Server-sent events as bytes (HTML, 9.2.5). */

const LF = 0x0a;
const CR = 0x0d;

/** JSON may hold line breaks between its tokens; each line of data is a line of its own, and is joined by LF again. */
function dataLines(body: Uint8Array): Uint8Array {
  if (!body.includes(LF) && !body.includes(CR)) return body;
  return Buffer.from(
    Buffer.from(body)
      .toString('utf8')
      .replaceAll(/\r\n|\r|\n/g, '\ndata: '),
  );
}

export function sseEvent(id: string | number, event: string, body: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from(`id: ${id}\nevent: ${event}\ndata: `),
    dataLines(body),
    Buffer.from('\n\n'),
  ]);
}

/** Dispatches nothing, but keeps the connection open and moves the client's last event id; null: leaves it. */
export function sseHeartbeat(id: string | number | null): string {
  return id === null ? ': alive\n\n' : `: alive\nid: ${id}\n\n`;
}
