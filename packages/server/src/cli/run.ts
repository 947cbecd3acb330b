/** One run of the command line, from arguments to exit status: 0 done, 1 failed, 2 used or set up wrongly. */

import { SecretKeyError } from '../auth/secret-key.ts';
import { SettingError } from '../config/error.ts';
import { FolderError } from '../folder.ts';
import { ControlFileError } from '../store/control/schema.ts';
import { SEARCH_TOO_WIDE } from '../store/search-too-wide.ts';
import { OTHER_LAYOUT, StoreUnavailableError } from '../store/unavailable.ts';
import { type Command, CommandError, type Terminal, UsageError } from './command.ts';
import { COMMANDS } from './commands.ts';
import { helpOf, helpOfAll } from './help.ts';
import { chooseCommand, parseFlags } from './parse.ts';
import { systemErrorLine } from './system-error.ts';

/** What whoever runs the command can put right. */
const WRONG_USE = [UsageError, SettingError, FolderError, ControlFileError, SecretKeyError] as const;

const asksForHelp = (arg: string): boolean => arg === '--help' || arg === '-h';

export async function runCommandLine(
  args: readonly string[],
  terminal: Terminal,
  commands: readonly Command[] = COMMANDS,
): Promise<number> {
  try {
    return await run(args, terminal, commands);
  } catch (error) {
    const { status, line } = told(error);
    if (line === null) throw error;
    terminal.errors.write(`${line}\n`);
    return status;
  }
}

async function run(
  args: readonly string[],
  terminal: Terminal,
  commands: readonly Command[],
): Promise<number> {
  const [first] = args;
  if (first === '--version' || first === '-v') return run(['version'], terminal, commands);
  if (first === 'help') return run([...args.slice(1), '--help'], terminal, commands);
  const beforeWords = args.slice(0, args.indexOf('--') < 0 ? args.length : args.indexOf('--'));
  const help = beforeWords.some(asksForHelp);
  if (help && (first === undefined || asksForHelp(first))) {
    terminal.output.write(helpOfAll(commands));
    return 0;
  }
  const group = commands.filter(({ name }) => name.length > 1 && name[0] === first);
  if (help && group.length > 0 && args[1] !== undefined && asksForHelp(args[1])) {
    terminal.output.write(helpOfAll(group));
    return 0;
  }
  const choice = chooseCommand(commands, args);
  if (help) {
    terminal.output.write(helpOf(choice.command));
    return 0;
  }
  return choice.command.run({ ...parseFlags(choice.command, choice.args), terminal });
}

interface Told {
  readonly status: number;
  /** null for a fault of the program, which keeps its stack. */
  readonly line: string | null;
}

function told(error: unknown): Told {
  if (!(error instanceof Error)) return { status: 1, line: null };
  if (error instanceof CommandError) return { status: 1, line: error.message };
  if (WRONG_USE.some((wrong) => error instanceof wrong)) return { status: 2, line: error.message };
  // It may come from a thread, which keeps its code.
  if ('code' in error && error.code === OTHER_LAYOUT) return { status: 2, line: error.message };
  if ('code' in error && error.code === SEARCH_TOO_WIDE)
    return { status: 2, line: `--query: ${error.message}` };
  if (error instanceof StoreUnavailableError)
    return { status: 1, line: `the store cannot be used: ${error.message}` };
  return { status: 1, line: systemErrorLine(error) };
}
