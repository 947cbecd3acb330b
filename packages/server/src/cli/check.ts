import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { counted } from '@ocpp-logs/core';
import { ControlFileError } from '../store/control/schema.ts';
import { check as checkLogs } from '../store/sqlite/check.ts';
import type { Call, Command } from './command.ts';
import { existingControl } from './control-store.ts';
import { readFolder } from './dropped-months.ts';
import { FOLDER_OPTIONS } from './settings.ts';

export const check: Command = {
  name: ['check'],
  summary: 'Check a data folder: files, texts and counts. Changes nothing; works beside a running server.',
  words: '',
  options: { json: { describe: 'Print one line of JSON.' }, ...FOLDER_OPTIONS },
  examples: [
    ['ocpp-logs check', 'status 0 where ./data is sound, 1 where it is not'],
    ['ocpp-logs check --data /backup/data', 'before a back-up is trusted'],
  ],
  async run(call) {
    const folder = readFolder(call);
    const problems = [...(await controlProblems(call)), ...checkLogs(folder)];
    const aside = namesIn(join(folder, 'set-aside'));
    const { output } = call.terminal;
    if (call.flags.json === true) {
      output.write(`${JSON.stringify({ sound: problems.length === 0, problems, set_aside: aside })}\n`);
    } else {
      for (const problem of problems) output.write(`${problem}\n`);
      for (const name of aside) output.write(`set aside earlier, not read: set-aside/${name}\n`);
      output.write(
        problems.length === 0
          ? `${folder} is sound\n`
          : `${folder}: ${counted(problems.length, 'problem')}\n`,
      );
    }
    return problems.length === 0 ? 0 : 1;
  },
};

async function controlProblems(call: Call): Promise<readonly string[]> {
  try {
    const control = await existingControl(call, { reading: true });
    await control.snapshot();
    await control.close();
    return [];
  } catch (error) {
    if (error instanceof ControlFileError) return [error.message];
    throw error;
  }
}

function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}
