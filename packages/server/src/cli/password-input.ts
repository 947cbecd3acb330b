/** A password from a person's keyboard, unseen, or from standard input; never from an argument, which others can list. */

import type { Readable, Writable } from 'node:stream';
import { passwordFault } from '../auth/password.ts';
import { CommandError, type Terminal, UsageError } from './command.ts';

const LINE_MOST = 8_192;

interface Keyboard extends Readable {
  readonly isTTY: true;
  setRawMode(on: boolean): unknown;
}

function isKeyboard(input: Readable): input is Keyboard {
  return 'isTTY' in input && input.isTTY === true && 'setRawMode' in input;
}

/** What is typed, line by line; nothing of it is shown. */
async function* typedLines(keyboard: Keyboard): AsyncGenerator<string> {
  let line = '';
  for await (const chunk of keyboard) {
    for (const key of String(chunk)) {
      if (key === '\r' || key === '\n') {
        yield line;
        line = '';
      } else if (key === '\u0003' || key === '\u0004') {
        throw new CommandError('cancelled; nothing was changed');
      } else if (key === '\u007f' || key === '\b') {
        line = [...line].slice(0, -1).join('');
      } else if (line.length < LINE_MOST) {
        line += key;
      }
    }
  }
}

type Rule = (password: string) => string | null;

async function typedTwice(keyboard: Keyboard, screen: Writable, name: string, rule: Rule): Promise<string> {
  keyboard.setEncoding('utf8');
  keyboard.setRawMode(true);
  const lines = typedLines(keyboard);
  const ask = async (question: string): Promise<string> => {
    screen.write(question);
    const { value, done } = await lines.next();
    screen.write('\n');
    if (done === true) throw new CommandError('no password was typed; nothing was changed');
    return value;
  };
  try {
    const password = await ask(`Password of ${name}: `);
    check(password, rule);
    if ((await ask('Again: ')) !== password) throw new CommandError('the two differ; nothing was changed');
    return password;
  } finally {
    keyboard.setRawMode(false);
    await lines.return(undefined);
  }
}

async function firstLine(input: Readable): Promise<string> {
  let text = '';
  for await (const chunk of input) {
    text += String(chunk);
    if (text.includes('\n') || text.length > LINE_MOST) break;
  }
  const [line = ''] = text.split(/\r?\n/);
  if (line === '') throw new UsageError('a password must come on standard input, as one line');
  return line;
}

function check(password: string, rule: Rule): void {
  const fault = rule(password);
  if (fault !== null) throw new UsageError(`the password ${fault}`);
}

/** `rule`: what is wrong with a password, null where nothing is; that of people unless given. */
export async function readPassword(
  { input, errors }: Terminal,
  name: string,
  rule: Rule = passwordFault,
): Promise<string> {
  const password = isKeyboard(input) ? await typedTwice(input, errors, name, rule) : await firstLine(input);
  check(password, rule);
  return password;
}
