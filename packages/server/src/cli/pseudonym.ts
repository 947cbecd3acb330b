import { loadSecretKey } from '../auth/secret-key.ts';
import { idTagsOf, pseudonymKey, pseudonymKeyOfFile } from '../export/pseudonymise.ts';
import { type Call, type Command, CommandError, textFlag, UsageError } from './command.ts';
import { existingFolder, FOLDER_OPTIONS, settingsOf } from './settings.ts';

export const pseudonym: Command = {
  name: ['pseudonym'],
  summary: 'Tell what stands in place of an id tag, in sites that keep pseudonyms and in exports.',
  words: 'ID-TAG...',
  options: {
    'pseudonym-key': {
      value: 'FILE',
      describe: 'Key that an export was given; that of the data folder otherwise.',
    },
    ...FOLDER_OPTIONS,
  },
  examples: [['ocpp-logs pseudonym 04A2B3C4D5', 'search for what it prints']],
  async run(call) {
    if (call.words.length === 0) throw new UsageError('ocpp-logs pseudonym: an id tag must follow');
    const tags = idTagsOf(keyOf(call));
    for (const tag of call.words) call.terminal.output.write(`${tags.of(tag)}\n`);
    return 0;
  },
};

function keyOf(call: Call): Uint8Array {
  const path = textFlag(call, 'pseudonym-key');
  if (path === undefined)
    return pseudonymKey(loadSecretKey(existingFolder(call), settingsOf(call).secret_key));
  try {
    return pseudonymKeyOfFile(path);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new CommandError(`--pseudonym-key: ${error.message}`);
  }
}
