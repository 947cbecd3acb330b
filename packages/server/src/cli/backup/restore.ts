import { counted } from '@ocpp-logs/core';
import { BackupError, readManifest } from '../../backup/manifest.ts';
import { restoreBackup, verified } from '../../backup/restore.ts';
import { check } from '../../store/sqlite/check.ts';
import { type Command, CommandError, UsageError } from '../command.ts';
import { FOLDER_OPTIONS, settingsOf } from '../settings.ts';
import { FileProgress } from './progress.ts';

export const restore: Command = {
  name: ['restore'],
  summary: 'Make a data folder of a back-up, after a look whether every byte of it is there.',
  words: 'BACKUP',
  options: {
    'verify-only': { describe: 'Look at the back-up, unpack and count everything in it, and copy nothing.' },
    ...FOLDER_OPTIONS,
  },
  examples: [
    ['ocpp-logs restore /mnt/backup/ocpp-logs-2027-01-31T02-00-00Z --data ./data', 'into a new folder'],
    ['ocpp-logs restore /mnt/backup/ocpp-logs-2027-01-31T02-00-00Z --verify-only', 'is it still sound?'],
  ],
  async run(call) {
    const [from, ...more] = call.words;
    if (from === undefined || more.length > 0)
      throw new UsageError('ocpp-logs restore: one back-up must follow, such as: restore /mnt/backup/NAME');
    const { output } = call.terminal;
    try {
      if (call.flags['verify-only'] === true) {
        const manifest = readManifest(from);
        await verified(from, manifest);
        const problems = check(from);
        for (const problem of problems) output.write(`${problem}\n`);
        if (problems.length > 0) return 1;
        output.write(
          `${from} is sound: ${counted(manifest.entries, 'entry', 'entries')} of ${manifest.started}\n`,
        );
        return 0;
      }
      const folder = settingsOf(call).data;
      const progress = new FileProgress(call.terminal);
      try {
        const manifest = await restoreBackup(from, folder, (file) => progress.show(file));
        progress.clear();
        output.write(
          `${folder}: ${counted(manifest.entries, 'entry as it was', 'entries as they were')} at ${manifest.started}\n`,
        );
        if (!manifest.secret_key)
          output.write('without secret.key: put it there, or signed requests of existing keys fail\n');
        return 0;
      } finally {
        progress.clear();
      }
    } catch (error) {
      throw error instanceof BackupError ? new CommandError(error.message) : error;
    }
  },
};
