/** What every format of the logs that people already have offers. One file per format; `formats.ts` lists them. */

import type { ConnectionEvent, Direction, OcppVersion } from '@ocpp-logs/core';
import type { Encoding } from './encoding.ts';

/** A frame as its source tells it; null is what the source does not tell. */
export interface ImportedFrame {
  readonly kind: 'frame';
  /** 1-based, in the file as it is after unpacking. */
  readonly line: number;
  readonly charger: string | null;
  /** ISO 8601 with a zone. */
  readonly time: string | null;
  /** Whether `time` is the frame's own; otherwise it is its place in the log, and no latency is made of it. */
  readonly timed: boolean;
  readonly direction: Direction | null;
  /** Whether the program that wrote the log sent or received the frame. */
  readonly way: 'sent' | 'received' | null;
  readonly frame: string;
  readonly version: OcppVersion | null;
  /** Id of the connection or session, where the source tells it. */
  readonly connection: string | null;
  /**
   * The source holds parts of the message and not its text: `frame` is put together of them. It is the same frame as
   * a stored one of the same charger, direction and millisecond if action and payload are the same.
   */
  readonly rebuilt: boolean;
  /** Connector that an archive tells of an entry whose message does not name it. */
  readonly connector: number | null;
}

/** What the source tells of a connection itself. */
export interface ImportedEvent {
  readonly kind: 'event';
  readonly line: number;
  readonly charger: string | null;
  /** ISO 8601 with a zone. */
  readonly time: string | null;
  readonly connection: string | null;
  readonly event: ConnectionEvent;
}

export interface SkippedLine {
  readonly kind: 'skipped';
  readonly line: number;
  /** One of few: reasons are counted. */
  readonly reason: string;
}

export type ImportedLine = ImportedFrame | ImportedEvent | SkippedLine;

/** A frame of which the source tells no more than what is given. */
export function frameAt(
  line: number,
  frame: string,
  told: Partial<Omit<ImportedFrame, 'kind' | 'line' | 'frame'>> = {},
): ImportedFrame {
  return {
    kind: 'frame',
    line,
    frame,
    charger: null,
    time: null,
    timed: true,
    direction: null,
    way: null,
    version: null,
    connection: null,
    rebuilt: false,
    connector: null,
    ...told,
  };
}

export function skipped(line: number, reason: string): SkippedLine {
  return { kind: 'skipped', line, reason };
}

/** The beginning of a source. */
export interface Sample {
  /** The first bytes as they came out of their packing. */
  readonly magic: Uint8Array;
  /** In UTF-8, as {@link ImportFormat.read} takes it. */
  readonly bytes: Uint8Array;
  /** Colours of a terminal taken off. */
  readonly text: string;
  /**
   * Whole lines that are not blank, without the prefixes of what carried them; a last one that is cut off only if it
   * is the only one.
   */
  readonly lines: readonly string[];
  readonly encoding: Encoding;
  /** Names of what put prefixes before the lines, the outermost first. */
  readonly carriers: readonly string[];
}

export interface Detection {
  /** 0 to 1. */
  readonly confidence: number;
  /** Why, in words. */
  readonly evidence: string;
  /** Frames in the sample, where that can be told. */
  readonly frames?: number;
  /** Share of lines that are the program's own, be they frames or not; where that can be told. */
  readonly kin?: number;
}

export interface ReadOptions {
  /** IANA name for times that bear no zone; null where none was given. */
  readonly timeZone: string | null;
  /** `2026-01-31`: day of times that bear none; null where it was not given. */
  readonly date: string | null;
}

export interface ImportFormat {
  /** As `--format` takes it. */
  readonly name: string;
  readonly title: string;
  /** One line of it, for whoever has another. */
  readonly example: string;
  detect(sample: Sample): Detection;
  /**
   * In the order of the source, in constant memory, in batches of any size: a step of an async iterator costs as much
   * as reading a line. Throws a {@link MissingOption} where the source lacks something.
   */
  read(chunks: AsyncIterable<Uint8Array>, options: ReadOptions): AsyncIterable<readonly ImportedLine[]>;
}

/** The source does not say something that only a person can know. */
export class MissingOption extends Error {
  override readonly name = 'MissingOption';
  readonly option: LackedOption;

  constructor(option: LackedOption, message: string) {
    super(message);
    this.option = option;
  }
}

/** An option as the command line calls it, without which a source cannot be read. */
export type LackedOption = 'charger' | 'start' | 'time-zone' | 'date' | 'format';
