/** Which carriers a log went through, and its lines without their prefixes. */

import { withoutColours } from '../colours.ts';
import { LINE_BYTES_MAX, type LogLine } from '../line-cutter.ts';
import type { Carried, Carrier } from './carrier.ts';
import { containerTime, cri, dockerCompose, dockerJson, kubectl } from './containers.ts';
import { logfmt } from './logfmt.ts';
import { loki, lokiJson } from './loki.ts';
import { sourceLine } from './source-line.ts';
import { isoSyslog, journalFull, journalJson, journalMonotonic, syslog3164, syslog5424 } from './syslog.ts';

const CARRIERS: readonly Carrier[] = [
  dockerJson,
  journalJson,
  lokiJson,
  cri,
  syslog5424,
  syslog3164,
  loki,
  isoSyslog,
  journalFull,
  journalMonotonic,
  kubectl,
  dockerCompose,
  containerTime,
  logfmt,
  sourceLine,
];
/** Such as compose around the journal's text around a time of docker. */
const DEPTH_MAX = 3;
const LOOKED_AT = 400;
const LEAST = 0.5;
/** How the lines of a record of several lines go on: some carriers put their prefix before the first only. */
const GOES_ON = /^(?:[\s}\]",]|\{\s*$|$)/;
const STREAMS_MAX = 16;
const TOO_LONG = 'the line is longer than 16 MiB';

/** From the outermost to the innermost. */
export function carriersOf(lines: readonly string[]): readonly Carrier[] {
  const chain: Carrier[] = [];
  let texts = lines.filter((line) => line.trim() !== '').slice(0, LOOKED_AT);
  while (chain.length < DEPTH_MAX) {
    const begun = texts.filter((text) => !GOES_ON.test(text));
    const carrier = CARRIERS.find(({ take }) => {
      const taken = begun.filter((text) => take(text) !== null).length;
      return taken > 0 && taken >= begun.length * LEAST;
    });
    if (carrier === undefined) break;
    chain.push(carrier);
    texts = texts.map((text) => carrier.take(text)?.text ?? text);
  }
  return chain;
}

export class CarrierChain {
  readonly #stages: readonly Stage[];

  constructor(carriers: readonly Carrier[]) {
    this.#stages = carriers.map((carrier) => new Stage(carrier));
  }

  take(lines: readonly LogLine[]): readonly LogLine[] {
    return this.#stages.reduce((from, stage) => stage.take(from), lines);
  }

  /** What was to go on and did not. */
  end(): readonly LogLine[] {
    return this.#stages.reduce<readonly LogLine[]>(
      (from, stage) => [...stage.take(from), ...stage.end()],
      [],
    );
  }
}

/** A line of which only the beginning is there yet. */
interface Begun {
  readonly number: number;
  readonly stamp: string | null;
  parts: string[];
  length: number;
}

class Stage {
  readonly #carrier: Carrier;
  /** By stream. */
  readonly #begun = new Map<string, Begun>();

  constructor(carrier: Carrier) {
    this.#carrier = carrier;
  }

  take(lines: readonly LogLine[]): readonly LogLine[] {
    const taken: LogLine[] = [];
    for (const line of lines) {
      const carried = line.text === null ? null : this.#carrier.take(line.text);
      if (carried === null) taken.push(line);
      else this.#add(line, carried, taken);
    }
    return taken;
  }

  end(): readonly LogLine[] {
    const taken: LogLine[] = [];
    for (const begun of this.#begun.values()) give(begun, taken);
    this.#begun.clear();
    return taken;
  }

  #add(line: LogLine, { text, stamp, goesOn, stream }: Carried, taken: LogLine[]): void {
    const begun = this.#begun.get(stream) ?? {
      number: line.number,
      stamp: nearer(stamp, line.stamp),
      parts: [],
      length: 0,
    };
    begun.length += text.length;
    if (begun.length > LINE_BYTES_MAX) begun.parts = [];
    else begun.parts.push(text);
    if (goesOn && this.#begun.size < STREAMS_MAX) this.#begun.set(stream, begun);
    else {
      this.#begun.delete(stream);
      give(begun, taken);
    }
  }
}

/** The inner one was written first, but one without a year tells less. */
function nearer(inner: string | null, outer: string | null): string | null {
  if (inner === null || outer === null) return inner ?? outer;
  return /^\d{4}-/.test(inner) ? inner : outer;
}

function give({ number, stamp, parts, length }: Begun, taken: LogLine[]): void {
  if (length > LINE_BYTES_MAX) {
    taken.push({ number, text: null, reason: TOO_LONG, stamp });
    return;
  }
  const text = withoutColours(parts.length === 1 ? (parts[0] ?? '') : parts.join(''));
  for (const part of text.includes('\n') ? text.split('\n') : [text])
    taken.push({ number, text: part.endsWith('\r') ? part.slice(0, -1) : part, reason: '', stamp });
}
