/** EVerest, a station: the `.html` of its OCPP messages, a table row each; end tags may be missing. */

import type { Direction } from '@ocpp-logs/core';
import { Parser } from 'htmlparser2';
import { frameAt, type ImportedLine, type ImportFormat, skipped } from './format.ts';
import { LINE_BYTES_MAX } from './line-cutter.ts';
import { linesOf } from './lines.ts';
import { type ReadTime, timestampReader } from './timestamp.ts';

const ROW =
  /<tr[^>]*>\s*<td[^>]*>[^<]*<\/?td[^>]*>\s*(?:<td[^>]*>)?\s*(?:ChargePoint|CentralSystem|SYS|CSMS|ChargingStation)&gt;/;
const TITLE = /<title>\s*EVerest OCPP log/i;
const SENDER = /^\s*(\w+)\s*(?:&gt;|>)/;
const SENDERS: Readonly<Record<string, Direction>> = {
  ChargePoint: 'station_to_csms',
  ChargingStation: 'station_to_csms',
  CentralSystem: 'csms_to_station',
  CSMS: 'csms_to_station',
};
const NO_FRAME = 'a row without a frame';

export const everestHtml: ImportFormat = {
  name: 'everest-html',
  title: 'OCPP log of EVerest as a web page',
  example:
    '<tr class="ChargePoint"> <td>2026-01-31T12:00:00.250Z</td> <td>ChargePoint&gt;CentralSystem</td> <td><b>Heartbeat</b></td><td><b></b></td> <td><pre lang="json">[2,"17","Heartbeat",{}]</pre></td> </tr>',

  detect({ text }) {
    const row = ROW.test(text);
    const confidence = row ? 1 : TITLE.test(text) ? 0.9 : 0;
    return { confidence, evidence: row ? 'rows of who sends to whom' : 'the title of the page' };
  },

  async *read(chunks, options) {
    const table = new TableReader(timestampReader(options));
    for await (const lines of linesOf(chunks)) {
      const records: ImportedLine[] = [];
      for (const { number, text, reason } of lines) {
        if (text === null) records.push(skipped(number, reason));
        else table.take(number, text, records);
      }
      if (records.length > 0) yield records;
    }
    const last: ImportedLine[] = [];
    table.end(last);
    if (last.length > 0) yield last;
  },
};

class TableReader {
  readonly #readTime: ReadTime;
  readonly #parser: Parser;
  #line = 0;
  #records: ImportedLine[] = [];
  /** Of the row that is read; null outside of rows. */
  #cells: string[] | null = null;
  #begun = 0;
  #length = 0;

  constructor(readTime: ReadTime) {
    this.#readTime = readTime;
    // EVerest escapes `<` and `>` alone: any other `&amp;` is text of the frame.
    this.#parser = new Parser(
      {
        onopentag: (name) => this.#open(name),
        ontext: (text) => this.#text(text),
        onclosetag: (name) => {
          if (name === 'tr' || name === 'table') this.#endRow();
        },
      },
      { decodeEntities: false, lowerCaseTags: true },
    );
  }

  take(number: number, text: string, records: ImportedLine[]): void {
    this.#line = number;
    this.#records = records;
    this.#parser.write(`${text}\n`);
  }

  end(records: ImportedLine[]): void {
    this.#records = records;
    this.#parser.end();
    this.#endRow();
  }

  #open(name: string): void {
    if (name === 'tr') {
      this.#endRow();
      this.#cells = [];
      this.#begun = this.#line;
      this.#length = 0;
    } else if (name === 'td') this.#cells?.push('');
  }

  #text(text: string): void {
    const cells = this.#cells;
    if (cells === null || cells.length === 0) return;
    this.#length += text.length;
    if (this.#length <= LINE_BYTES_MAX) cells.push(`${cells.pop() ?? ''}${text}`);
  }

  #endRow(): void {
    const cells = this.#cells;
    this.#cells = null;
    if (cells === null || cells.length === 0) return;
    if (this.#length > LINE_BYTES_MAX)
      this.#records.push(skipped(this.#begun, 'the row is longer than 16 MiB'));
    else this.#records.push(readRow(this.#begun, cells, this.#readTime));
  }
}

/** Time, who to whom, name of a call, name of an answer, frame; a raw log has the frame in place of the name. */
function readRow(line: number, cells: readonly string[], readTime: ReadTime): ImportedLine {
  const [stamp = '', between = '', ...rest] = cells;
  const direction = SENDERS[SENDER.exec(between)?.[1] ?? ''];
  if (direction === undefined) return skipped(line, NO_FRAME);
  const frame = rest
    .map(unescaped)
    .findLast((cell) => cell.trim() !== '')
    ?.trim();
  if (frame === undefined || !(frame.startsWith('[') || rest.length >= 3)) return skipped(line, NO_FRAME);
  const time = readTime(stamp.trim());
  if (time === null) return skipped(line, 'the time is none of the calendar');
  return frameAt(line, frame, { time, direction });
}

function unescaped(cell: string): string {
  return cell.replaceAll('&lt;', '<').replaceAll('&gt;', '>');
}
