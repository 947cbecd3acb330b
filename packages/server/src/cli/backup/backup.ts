import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { counted } from '@ocpp-logs/core';
import { type Backup, makeBackup, removeOlder } from '../../backup/backup.ts';
import { BackupError } from '../../backup/manifest.ts';
import { isWritable } from '../../store/read-only.ts';
import { versionOf } from '../../version.ts';
import { audited } from '../audited.ts';
import { type Call, type Command, CommandError, UsageError, wholeFlag } from '../command.ts';
import { existingControl } from '../control-store.ts';
import { readFolder } from '../dropped-months.ts';
import { onInterruption } from '../interruption.ts';
import { bytesText } from '../quantity.ts';
import { FOLDER_OPTIONS } from '../settings.ts';
import { FileProgress } from './progress.ts';

const KEEP_MAX = 10_000;

export const backup: Command = {
  name: ['backup'],
  summary: 'Make a sound copy of a data folder, also while a server writes it.',
  words: 'DIR',
  options: {
    keep: {
      value: 'N',
      describe: 'Afterwards remove all back-ups in DIR but the newest N; none are removed unless given.',
    },
    'with-secret-key': {
      describe:
        'Copy secret.key too: with it the back-up can sign as your API keys do, without it signed requests fail after a restore.',
    },
    unchecked: { describe: 'Do not unpack every text and count anew what was copied.' },
    json: { describe: 'Print one line of JSON.' },
    ...FOLDER_OPTIONS,
  },
  examples: [
    ['ocpp-logs backup /mnt/backup', 'a new folder in /mnt/backup; what has not changed is not copied again'],
    ['ocpp-logs backup /mnt/backup --keep 14', 'every night, for two weeks'],
    ['ocpp-logs restore /mnt/backup/ocpp-logs-2027-01-31T02-00-00Z --data ./data', 'and back'],
  ],
  async run(call) {
    const [into, ...more] = call.words;
    if (into === undefined || more.length > 0)
      throw new UsageError('ocpp-logs backup: one folder must follow, such as: backup /mnt/backup');
    const keep = wholeFlag(call, 'keep', 1, KEEP_MAX);
    const folder = readFolder(call);
    const secretKey = call.flags['with-secret-key'] === true;
    if (secretKey && !existsSync(join(folder, 'secret.key'))) {
      throw new CommandError(
        `${folder} has no secret.key: keys are sealed by OCPP_LOGS_SECRET_KEY, which you keep yourself`,
      );
    }
    const progress = new FileProgress(call.terminal);
    const interruption = onInterruption();
    try {
      const made = await makeBackup({
        folder,
        into,
        secretKey,
        check: call.flags.unchecked !== true,
        program: versionOf(),
        now: () => new Date(),
        onFile: (file) => progress.show(file),
        signal: interruption.signal,
      });
      progress.clear();
      if (isWritable(folder)) await noted(call, made);
      // A copy with a fault is kept, but never a reason to remove one that may have none.
      const removed = keep === undefined || made.problems.length > 0 ? [] : removeOlder(into, keep);
      tell(call, made, removed);
      return made.problems.length === 0 ? 0 : 1;
    } catch (error) {
      if (interruption.signal.aborted) return interruption.status;
      throw error instanceof BackupError ? new CommandError(error.message) : error;
    } finally {
      progress.clear();
      interruption.release();
    }
  },
};

/** Into the log of the folder, beside a server too; the copy was made before. */
async function noted(call: Call, { path, manifest, problems }: Backup): Promise<void> {
  const control = await existingControl(call);
  const details = {
    path,
    entries: manifest.entries,
    with_secret_key: manifest.secret_key,
    faults: problems.length,
  };
  const sites = [...(await control.snapshot()).sites.keys()];
  await control.backups.add({
    path: resolve(path),
    made: Date.parse(manifest.started),
    entries: manifest.entries,
    sites,
  });
  await audited(control, 'backup-made', { details });
  await control.close();
}

function tell({ terminal, flags }: Call, made: Backup, removed: readonly string[]): void {
  const { path, manifest, shared, problems } = made;
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  if (flags.json === true) {
    const { entries, started, ended, secret_key } = manifest;
    const line = { path, entries, bytes, shared, secret_key, started, ended, problems, removed };
    terminal.output.write(`${JSON.stringify(line)}\n`);
    return;
  }
  for (const problem of problems) terminal.errors.write(`${problem}\n`);
  if (problems.length > 0) {
    terminal.errors.write('the copy has these faults, and so may have its source: see ocpp-logs check\n');
  }
  const unchanged = shared === 0 ? '' : `, ${counted(shared, 'file')} unchanged since the last one`;
  terminal.output.write(
    `${path}: ${counted(manifest.entries, 'entry', 'entries')}, ${bytesText(bytes)}${unchanged}\n`,
  );
  for (const name of removed) terminal.output.write(`removed ${name}\n`);
}
