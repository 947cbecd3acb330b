/** What a command of the command line is: a row of one table. */

import type { Readable, Writable } from 'node:stream';

export interface Option {
  /** One letter that stands for it behind one dash. */
  readonly short?: string;
  /** Names that people type for it too, taken without a word; help tells of the one name only. */
  readonly aliases?: readonly string[];
  /** Placeholder of its value, such as `N`; absent for a switch. */
  readonly value?: string;
  /** Value where the option is given without one; another one follows an equals sign. */
  readonly preset?: string;
  readonly describe: string;
}

export interface Terminal {
  readonly input: Readable;
  readonly output: Writable;
  /** Messages, progress and logs. */
  readonly errors: Writable;
  /** Whether a person reads the output. */
  readonly interactive: boolean;
  /** Whether a person reads the messages. */
  readonly watched: boolean;
  readonly columns: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface Call {
  readonly flags: Readonly<Record<string, string | boolean | undefined>>;
  readonly words: readonly string[];
  readonly terminal: Terminal;
}

export interface Command {
  /** `['key', 'create']` */
  readonly name: readonly string[];
  readonly summary: string;
  /** Placeholders of what follows the options, such as `FILE...`; empty where nothing may. */
  readonly words: string;
  readonly options: Readonly<Record<string, Option>>;
  /** Lines that can be typed as they are, each with what it does. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** Resolves to the exit status: 0 done, 1 failed. Wrong use throws a {@link UsageError}. */
  run(call: Call): Promise<number>;
}

/** Wrong use of the command line: one line that says how it is meant, status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Something that was asked for could not be done: one line, status 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

export function textFlag(call: Call, name: string): string | undefined {
  const value = call.flags[name];
  return typeof value === 'string' ? value : undefined;
}

/** Items of a comma-separated option; undefined where it was not given. */
export function listFlag(call: Call, name: string): readonly string[] | undefined {
  return textFlag(call, name)
    ?.split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** A whole number within the range, or undefined where the option was not given. */
export function wholeFlag(call: Call, name: string, least: number, most: number): number | undefined {
  const text = textFlag(call, name);
  if (text === undefined) return undefined;
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new UsageError(
    `--${name}: "${text}" is not allowed; allowed is a whole number from ${least} to ${most}`,
  );
}

export function choiceFlag<T extends string>(call: Call, name: string, choices: readonly T[]): T | undefined {
  const text = textFlag(call, name);
  if (text === undefined) return undefined;
  const choice = choices.find((known) => known === text);
  if (choice !== undefined) return choice;
  throw new UsageError(`--${name}: "${text}" is not allowed; allowed is one of ${choices.join(', ')}`);
}
