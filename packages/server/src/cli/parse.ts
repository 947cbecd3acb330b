/** Arguments to a command and its flags; whatever is wrong is named together with what was probably meant. */

import { parseArgs } from 'node:util';
import { nearest } from '@ocpp-logs/core';
import { type Call, type Command, type Option, UsageError } from './command.ts';

const ARGUMENTS_MAX = 10_000;

export interface Choice {
  readonly command: Command;
  readonly args: readonly string[];
}

/** The command that the first words name; without words it is the first of the table. */
export function chooseCommand(commands: readonly Command[], args: readonly string[]): Choice {
  const [first] = args;
  const [preset] = commands;
  if (preset === undefined) throw new UsageError('there are no commands');
  if (first === undefined || first.startsWith('-')) return { command: preset, args };
  const command = commands.find(({ name }) => name.every((word, at) => args[at] === word));
  if (command !== undefined) return { command, args: args.slice(command.name.length) };
  throw new UsageError(unknownCommand(commands, args));
}

function unknownCommand(commands: readonly Command[], [first = '', second]: readonly string[]): string {
  const group = commands.filter(({ name }) => name[0] === first).flatMap(({ name }) => name[1] ?? []);
  if (group.length > 0) {
    const near = second === undefined ? null : nearest(second, group);
    const hint =
      near === null ? `one of ${group.join(', ')} must follow` : `did you mean ocpp-logs ${first} ${near}?`;
    return `ocpp-logs ${first}${second === undefined ? '' : ` ${second}`}: ${hint}`;
  }
  const near = nearest(first, new Set(commands.flatMap(({ name }) => name[0] ?? [])));
  const hint = near === null ? npmHint(first) : `; did you mean ${near}?`;
  return `ocpp-logs ${first}: no such command${hint} (see ocpp-logs --help)`;
}

/** npm keeps options that are meant for the program and hands on their values only, such as a port. */
function npmHint(word: string): string {
  return /^\d+$/.test(word) ? `; with npm, options follow two dashes: npm start -- --port ${word}` : '';
}

export function parseFlags(command: Command, args: readonly string[]): Pick<Call, 'flags' | 'words'> {
  if (args.length > ARGUMENTS_MAX) throw new UsageError(`more than ${ARGUMENTS_MAX} arguments`);
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(command.options).flatMap(([name, option]) => {
        const type = takesNext(option) ? ('string' as const) : ('boolean' as const);
        const aliases = (option.aliases ?? []).map((alias) => [alias, { type }] as const);
        return [[name, { type, ...(option.short === undefined ? {} : { short: option.short }) }], ...aliases];
      }),
    ),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const flags: Record<string, string | boolean> = {};
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, value } = flagOfToken(command, token);
    if (name in flags) throw new UsageError(`--${name} is given twice`);
    flags[name] = value;
  }
  if (command.words === '' && words.length > 0) {
    const line = `ocpp-logs ${command.name.join(' ')}`;
    const rule = 'a command comes first, its options follow';
    throw new UsageError(`${line} takes no argument, so "${words[0]}" is too many; ${rule}`);
  }
  return { flags, words };
}

/** Whether its value may be the next argument. */
function takesNext({ value, preset }: Option): boolean {
  return value !== undefined && preset === undefined;
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

/** The name of an option that was called by another one; a name of its own is never another's. */
function ownName({ options }: Command, name: string): string {
  return Object.entries(options).find(([, { aliases }]) => aliases?.includes(name))?.[0] ?? name;
}

function flagOfToken(command: Command, given: OptionToken): { name: string; value: string | boolean } {
  const token = { ...given, name: ownName(command, given.name) };
  const { rawName, value } = token;
  const negated = rawName.startsWith('--no-') ? rawName.slice('--no-'.length) : null;
  const off = negated === null ? undefined : command.options[negated];
  if (negated !== null && off !== undefined && off.value === undefined && value === undefined) {
    return { name: negated, value: false };
  }
  const option = command.options[token.name];
  const asked = rawName.startsWith('--') || rawName === `-${option?.short}`;
  if (option === undefined || !asked) throw new UsageError(unknownOption(command, token));
  if (option.value === undefined) {
    if (value === undefined || value === 'true') return { name: token.name, value: true };
    if (value === 'false') return { name: token.name, value: false };
    throw new UsageError(`${rawName} is a switch; allowed is ${rawName} or --no-${token.name}`);
  }
  if (option.preset !== undefined && value === undefined) return { name: token.name, value: option.preset };
  const swallowed = token.inlineValue !== true && value !== undefined && /^-[^\d]/.test(value);
  if (value === undefined || value === '' || swallowed) {
    throw new UsageError(`${rawName} needs a value: ${rawName} ${option.value}`);
  }
  return { name: token.name, value };
}

function unknownOption(command: Command, { rawName, name }: OptionToken): string {
  const near = nearest(name.replace(/^no-/, ''), Object.keys(command.options));
  const line = ['ocpp-logs', ...command.name].join(' ');
  return `${rawName}: no such option of ${line}${near === null ? '' : `; did you mean --${near}?`} (see ${line} --help)`;
}
