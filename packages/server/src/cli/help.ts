/** Help texts, all from the table of commands. */

import type { Command, Option } from './command.ts';

const WIDTH = 100;

export function helpOfAll(commands: readonly Command[]): string {
  return [
    'ocpp-logs records the OCPP conversation between charging stations and their CSMS and gives it back.',
    '',
    'Usage: ocpp-logs [COMMAND] [OPTIONS]',
    '',
    'Commands:',
    ...rows(commands.map(({ name, summary }) => [name.join(' '), summary])),
    '',
    'Examples:',
    ...rows(commands.flatMap(({ examples }) => examples.slice(0, 1))),
    '',
    'ocpp-logs COMMAND --help tells more. Exit status: 0 done, 1 failed, 2 used or set up wrongly.',
    '',
  ].join('\n');
}

export function helpOf(command: Command): string {
  const line = ['ocpp-logs', ...command.name].join(' ');
  const options = Object.entries(command.options).map(([name, option]): [string, string] => {
    const flag = `${option.short === undefined ? '' : `-${option.short}, `}--${name}`;
    return [flag + valueText(option), option.describe];
  });
  return [
    `${command.summary}`,
    '',
    `Usage: ${line} [OPTIONS]${command.words === '' ? '' : ` ${command.words}`}`,
    '',
    'Options:',
    ...rows([...options, ['--help', 'This text.']]),
    '',
    'Examples:',
    ...rows(command.examples),
    '',
  ].join('\n');
}

function valueText({ value, preset }: Option): string {
  if (value === undefined) return '';
  return preset === undefined ? ` ${value}` : `[=${value}]`;
}

function rows(pairs: readonly (readonly [string, string])[]): string[] {
  const left = Math.min(44, Math.max(...pairs.map(([name]) => name.length)));
  return pairs.flatMap(([name, text]) => {
    const lines = wrapped(text, WIDTH - left - 4);
    const head = name.length > left ? [`  ${name}`] : [`  ${name.padEnd(left)}  ${lines.shift() ?? ''}`];
    return [...head, ...lines.map((line) => `  ${' '.repeat(left)}  ${line}`)];
  });
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
