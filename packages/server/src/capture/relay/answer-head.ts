/**
 * What must be understood of a CSMS's HTTP answer. The bytes themselves go back to the station as they came, also
 * where an HTTP library would refuse or re-spell them; so this reads leniently and keeps only what decides.
 */

export interface AnswerHead {
  readonly status: number;
  /** As the CSMS words it; may be empty. */
  readonly phrase: string;
  /** Bytes of the head, its empty line included. */
  readonly length: number;
  /** By lower-case name; repeated ones joined by a comma. */
  readonly headers: ReadonlyMap<string, string>;
}

/** null: more bytes are needed. */
export function readAnswerHead(bytes: Buffer): AnswerHead | { readonly problem: string } | null {
  const length = headLength(bytes);
  if (length < 0) return /^(?:HTTP\/.*|H(?:T(?:TP?)?)?)?$/s.test(start(bytes)) ? null : NOT_HTTP;
  const lines = bytes.toString('latin1', 0, length).split(/\r?\n/);
  const status = /^HTTP\/\d\.\d +(\d{3})(?: +(.*))?$/.exec(lines[0] ?? '');
  if (status === null) return NOT_HTTP;
  const headers = new Map<string, string>();
  for (const line of lines.slice(1)) {
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return { status: Number(status[1]), phrase: (status[2] ?? '').trim(), length, headers };
}

/** Whether `body` is all of the answer's body; without a stated length only the end of the connection tells. */
export function bodyComplete(head: AnswerHead, body: Buffer): boolean {
  if (head.status === 204 || head.status === 304) return true;
  if (/\bchunked\b/i.test(head.headers.get('transfer-encoding') ?? '')) {
    return body.subarray(0, 5).equals(LAST_CHUNK) || body.subarray(-7).equals(LAST_CHUNK_AFTER_OTHERS);
  }
  const length = head.headers.get('content-length');
  return length !== undefined && body.length >= Number(length);
}

const NOT_HTTP = { problem: 'the answer is no HTTP' } as const;
const LAST_CHUNK = Buffer.from('0\r\n\r\n');
const LAST_CHUNK_AFTER_OTHERS = Buffer.from('\r\n0\r\n\r\n');

function start(bytes: Buffer): string {
  return bytes.toString('latin1', 0, 5);
}

function headLength(bytes: Buffer): number {
  let line = bytes.indexOf(0x0a);
  while (line >= 0) {
    if (bytes[line + 1] === 0x0a) return line + 2;
    if (bytes[line + 1] === 0x0d && bytes[line + 2] === 0x0a) return line + 3;
    line = bytes.indexOf(0x0a, line + 1);
  }
  return -1;
}
