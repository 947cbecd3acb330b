/**
 * Cuts the records out of JSON of any length without parsing it: lines, the elements of a list, or those of the list
 * that an object holds (`{"ocpp_logs":[...],"count":2}`), several such documents one behind the other too. A broken
 * record ends where another one begins a line.
 */

import * as bytes from './json-bytes.ts';
import { holdsList, isList, isListEvenEmpty, nameBefore } from './list-names.ts';
import { isRecord, latin1, OpenRecord } from './open-record.ts';
import { endsText, firstName, LOOKED_AT, objectMark } from './record-begin.ts';

export interface JsonRecordText {
  /** 1-based; where it begins. */
  readonly line: number;
  /** null where it cannot be read. */
  readonly text: string | null;
  /** Why it cannot be read. */
  readonly reason: string;
  /** JSON text of the object around its list, that list emptied; '' where there is none, or too much of it. */
  readonly around: string;
}

const { ENDS_TEXT, LF, MEANING, OPEN_BRACE, OPEN_BRACKET, CLOSE_BRACKET } = bytes;

/** Where the cutter is. */
const BETWEEN = 0;
const RECORD = 1;
/** Behind the list that an object held, before the end of that object. */
const AFTER = 2;
/** In what is no JSON, up to the end of the line. */
const OTHER = 3;

const AROUND_MAX = 64 * 1024;
const NAME_BYTES_MAX = 80;
/** Where to go on: nowhere before more is seen. */
const WAIT = -1;
const NOTHING = new Uint8Array(0);
const LEVELS_MAX = 32;

const NO_OBJECT = 'no JSON object';
const BROKEN = 'the record breaks off';
const CUT_OFF = 'the file ends in the middle of a record';
const NO_RECORDS = 'a page without records';

/** A batch for each chunk. */
export async function* jsonRecordsOf(
  chunks: AsyncIterable<Uint8Array>,
): AsyncIterable<readonly JsonRecordText[]> {
  const cutter = new RecordCutter();
  for await (const chunk of chunks) yield cutter.push(chunk);
  yield cutter.end();
}

export class RecordCutter {
  #state = BETWEEN;
  #found: JsonRecordText[] = [];
  #line = 1;
  /** Blanks since the line began; -1 behind its first other character. */
  #indent = 0;
  /** Blanks before the first other character of the line. */
  #lineIndent = 0;
  #inText = false;
  #escaped = false;
  #inColour = false;
  #depth = 0;
  /** Depth at which records stand. */
  #level = 0;
  /** Levels to return to, when the lists that are open end. */
  readonly #outer: number[] = [];
  /** Indent of the object whose list was read. */
  #outerIndent = 0;
  #around = '';
  #record = new OpenRecord(0, 0, 0);
  /** A list of this name was opened in the record; if an object comes next, records are its elements. */
  #listName = '';
  /** Depth in the member that may hold the list; 0 for none. */
  #holder = 0;
  #emptyList = false;
  /** Line that has a record or was told of. */
  #toldLine = 0;
  /** What is looked at once more is there. */
  #waiting: Uint8Array = NOTHING;
  #ending = false;
  /** What is read now is so again, because a record turned out to be two. */
  #again = false;

  push(chunk: Uint8Array): readonly JsonRecordText[] {
    this.#read(this.#waiting.length === 0 ? chunk : Buffer.concat([this.#waiting, chunk]));
    return this.#taken();
  }

  #read(chunk: Uint8Array): void {
    let at = 0;
    this.#waiting = NOTHING;
    while (at < chunk.length) {
      const next = this.#inText ? this.#passText(chunk, at) : this.#step(chunk, at);
      if (next === WAIT) {
        this.#waiting = chunk.subarray(at);
        break;
      }
      at = next;
    }
    if (this.#state === RECORD) this.#record.keep(chunk, at);
  }

  /** A line, with its line end, of a source whose lines are not all its own. */
  pushLine(line: number, bytes: Uint8Array): readonly JsonRecordText[] {
    this.#line = line;
    return this.push(bytes);
  }

  end(): readonly JsonRecordText[] {
    this.#ending = true;
    this.#read(this.#waiting);
    if (this.#state === RECORD) this.#readAgain(NOTHING, 0);
    if (this.#state === RECORD) this.#tell(this.#record.line, CUT_OFF);
    else if (this.#state === OTHER) this.#tellOther();
    return this.#taken();
  }

  #taken(): readonly JsonRecordText[] {
    const found = this.#found;
    this.#found = [];
    return found;
  }

  /** Outside a text. Returns where to go on; the same place where only the state changed. */
  #step(chunk: Uint8Array, at: number): number {
    const byte = chunk[at] ?? 0;
    if (this.#inColour) {
      this.#inColour = !bytes.endsColour(byte);
      return at + 1;
    }
    const meaning = MEANING[byte];
    if (meaning === bytes.NEWLINE) return this.#newline(at);
    if (meaning === bytes.BLANK) {
      if (this.#indent >= 0) this.#indent += 1;
      return at + 1;
    }
    if (meaning === bytes.ESCAPE) {
      this.#inColour = true;
      this.#record.coloured = true;
      return at + 1;
    }
    const indent = this.#takeIndent();
    if (this.#state === RECORD) return this.#inRecord(chunk, at, byte, indent);
    if (this.#state === AFTER) return this.#behindList(at, byte, indent);
    this.#between(at, byte);
    return at + 1;
  }

  /** -1 for what is not the first of its line. */
  #takeIndent(): number {
    const indent = this.#indent;
    if (indent >= 0) this.#lineIndent = indent;
    this.#indent = -1;
    return indent;
  }

  #newline(at: number): number {
    if (this.#state === OTHER) {
      this.#tellOther();
      this.#state = BETWEEN;
    }
    this.#record.wrapped = true;
    this.#line += 1;
    this.#indent = 0;
    return at + 1;
  }

  #between(at: number, byte: number): void {
    if (byte === OPEN_BRACE) this.#begin(at);
    else if (byte === CLOSE_BRACKET && this.#level > 0) this.#closeList();
    else if (this.#state === BETWEEN && MEANING[byte] !== bytes.COMMA) {
      if (byte === OPEN_BRACKET && this.#outer.length < LEVELS_MAX) this.#openList();
      else this.#state = OTHER;
    }
  }

  #inRecord(chunk: Uint8Array, at: number, byte: number, indent: number): number {
    const meaning = MEANING[byte];
    if (this.#listName !== '' && this.#entersList(chunk, at, byte)) return this.#once(at, indent);
    if (meaning === bytes.PLAIN || meaning === bytes.COMMA) return bytes.passPlain(chunk, at + 1);
    if (meaning === bytes.QUOTE) this.#inText = true;
    else if (meaning === bytes.OPEN) {
      if (byte === OPEN_BRACE && this.#isOut(indent)) {
        const anew = this.#beginsAnew(chunk, at);
        if (anew !== false) return this.#parted(chunk, at, indent, anew);
      }
      this.#open(chunk, at, byte);
    } else if (meaning === bytes.CLOSE) this.#close(chunk, at);
    else if (this.#break(chunk, at)) return this.#once(at, indent);
    else this.#state = OTHER;
    return at + 1;
  }

  #behindList(at: number, byte: number, indent: number): number {
    const meaning = MEANING[byte];
    if (meaning === bytes.QUOTE) this.#inText = true;
    else if (meaning === bytes.FOREIGN || (byte === OPEN_BRACE && this.#isOut(indent))) {
      this.#reset();
      if (meaning === bytes.FOREIGN) this.#state = OTHER;
      return this.#once(at, indent);
    } else if (meaning === bytes.OPEN) this.#depth += 1;
    else if (meaning === bytes.CLOSE) {
      this.#depth -= 1;
      if (this.#depth <= this.#level) this.#state = BETWEEN;
    }
    return at + 1;
  }

  /** A line break inside a text is a terminal's, unless a record begins behind it. */
  #passText(chunk: Uint8Array, at: number): number {
    if (this.#indent >= 0) {
      const byte = chunk[at] ?? 0;
      if (MEANING[byte] === bytes.BLANK) {
        this.#indent += 1;
        return at + 1;
      }
      const indent = this.#takeIndent();
      if (byte === OPEN_BRACE && this.#isOut(indent)) {
        const name = this.#firstName(chunk, at);
        if (name === undefined || (name !== null && !endsText(name)))
          return this.#parted(chunk, at, indent, name === undefined ? null : true);
      }
    }
    if (this.#escaped) {
      if (chunk[at] === LF) return this.#wrap(at);
      this.#escaped = chunk[at] === bytes.CR;
      return at + 1;
    }
    while (at < chunk.length && ENDS_TEXT[chunk[at] ?? 0] === 0) at += 1;
    if (at === chunk.length) return at;
    const byte = chunk[at];
    if (byte === LF) return this.#wrap(at);
    if (byte === bytes.BACKSLASH) this.#escaped = true;
    else this.#inText = false;
    return at + 1;
  }

  #wrap(at: number): number {
    this.#line += 1;
    this.#indent = 0;
    this.#record.wrapped = true;
    return at + 1;
  }

  /** The same character once more, in another state. */
  #once(at: number, indent: number): number {
    this.#indent = indent;
    return at;
  }

  /** Whether what is the first of its line, so far in, is so by no layout of what is open. */
  #isOut(indent: number): boolean {
    return indent >= 0 && indent <= (this.#state === AFTER ? this.#outerIndent : this.#record.indent);
  }

  /** undefined before enough of it is there. */
  #firstName(chunk: Uint8Array, at: number): string | null | undefined {
    const text = latin1(chunk.subarray(at, at + LOOKED_AT));
    const name = firstName(text);
    return name === undefined && (this.#ending || this.#again) ? null : name;
  }

  /**
   * Whether a record begins here, outside a text: where JSON has no object, or where a list has one of the look of the
   * open record. null before enough of it is there.
   */
  #beginsAnew(chunk: Uint8Array, at: number): boolean | null {
    const mark = objectMark(this.#record.before(chunk, at, NAME_BYTES_MAX));
    if (mark === null) return true;
    const name = this.#firstName(chunk, at);
    if (name === undefined) return null;
    const alike = name !== null && name === firstName(this.#record.begin(chunk, LOOKED_AT));
    if (alike && (mark !== ':' || this.#again)) return true;
    if (!this.#again) this.#record.doubt(at, this.#line, this.#lineIndent, alike);
    return false;
  }

  /** The open record ends before the object at `at`, or (null) that is told once more is there. */
  #parted(chunk: Uint8Array, at: number, indent: number, anew: true | null): number {
    // What is open when it was read again ends here as well.
    if (anew !== null && this.#break(chunk, at)) this.#break(chunk, at);
    this.#once(at, indent);
    return anew === null ? WAIT : at;
  }

  #begin(at: number): void {
    this.#state = RECORD;
    this.#depth += 1;
    this.#toldLine = this.#line;
    this.#record = new OpenRecord(this.#line, this.#lineIndent, at);
    this.#holder = 0;
    this.#emptyList = false;
  }

  /** Whether there is something to go on with, other than between records. */
  #break(chunk: Uint8Array, at: number): boolean {
    if (this.#state === RECORD) {
      if (this.#readAgain(chunk, at)) return true;
      const { line } = this.#record;
      this.#tell(line, line === this.#line ? NO_OBJECT : BROKEN);
    }
    this.#reset();
    return false;
  }

  /** From where another record may have begun in the open one, up to `at`; false where there is no such place. */
  #readAgain(chunk: Uint8Array, at: number): boolean {
    const doubted = this.#record.doubted(chunk, at);
    if (doubted === null) return false;
    const line = this.#line;
    this.#tell(this.#record.line, BROKEN);
    this.#reset();
    this.#line = doubted.line;
    this.#indent = doubted.indent;
    this.#again = true;
    this.#read(doubted.bytes);
    this.#again = false;
    this.#line = line;
    this.#record.moveTo(at);
    return true;
  }

  #reset(): void {
    this.#state = BETWEEN;
    this.#depth = this.#level;
    this.#inText = false;
    this.#escaped = false;
    this.#listName = '';
  }

  #open(chunk: Uint8Array, at: number, byte: number): void {
    const within = this.#depth - this.#level;
    if (within === 1 || (within === 2 && this.#holder > 0)) {
      const name = nameBefore(this.#record.before(chunk, at, NAME_BYTES_MAX));
      if (byte === OPEN_BRACKET && isList(name)) this.#listName = name;
      else if (byte === OPEN_BRACE && within === 1 && holdsList(name)) this.#holder = this.#depth + 1;
    }
    this.#depth += 1;
  }

  #close(chunk: Uint8Array, at: number): void {
    this.#depth -= 1;
    if (this.#depth < this.#holder) this.#holder = 0;
    if (this.#depth > this.#level) return;
    this.#record.keep(chunk, at + 1);
    const { line } = this.#record;
    this.#record.moveTo(at + 1);
    const read = this.#emptyList ? { reason: NO_RECORDS } : this.#record.text();
    if (this.#record.doubtful && !isRecord(read) && this.#readAgain(chunk, at + 1)) return;
    if ('reason' in read) this.#tell(line, read.reason);
    else this.#found.push({ line, text: read.text, reason: '', around: this.#around });
    this.#reset();
  }

  #openList(): void {
    this.#outer.push(this.#level);
    this.#depth += 1;
    this.#level = this.#depth;
  }

  /** Whether what seemed to be a record turns out to hold the list of them. */
  #entersList(chunk: Uint8Array, at: number, byte: number): boolean {
    if (byte !== OPEN_BRACE || this.#outer.length >= LEVELS_MAX) {
      if (byte === CLOSE_BRACKET && isListEvenEmpty(this.#listName)) this.#emptyList = true;
      this.#listName = '';
      return false;
    }
    const objects = this.#depth - this.#level - 1;
    this.#record.keep(chunk, at);
    const read = this.#record.text();
    const text = 'text' in read && read.text.length <= AROUND_MAX ? read.text : null;
    this.#around = text === null ? '' : `${text}]${'}'.repeat(objects)}`;
    this.#outerIndent = this.#record.indent;
    this.#outer.push(this.#level);
    this.#level = this.#depth;
    this.#reset();
    return true;
  }

  #closeList(): void {
    this.#depth -= 1;
    this.#level = this.#outer.pop() ?? 0;
    this.#around = '';
    this.#state = this.#depth > this.#level ? AFTER : BETWEEN;
  }

  #tell(line: number, reason: string): void {
    this.#toldLine = line;
    this.#found.push({ line, text: null, reason, around: '' });
  }

  #tellOther(): void {
    if (this.#toldLine < this.#line) this.#tell(this.#line, NO_OBJECT);
  }
}
