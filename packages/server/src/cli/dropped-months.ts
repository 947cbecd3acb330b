/** Commands that read a folder say what of it is in ClickHouse alone. */

import { counted } from '@ocpp-logs/core';
import { SqliteReader } from '../store/sqlite/reader.ts';
import { DamagedFileError, NewerLayoutError, OlderLayoutError } from '../store/sqlite/sql.ts';
import { StoreUnavailableError } from '../store/unavailable.ts';
import type { Call } from './command.ts';
import { existingFolder } from './settings.ts';

const FAULTS_OF_FOLDERS = [StoreUnavailableError, DamagedFileError, NewerLayoutError, OlderLayoutError];

/** The folder of a command that reads what is in it. */
export function readFolder(call: Call): string {
  const folder = existingFolder(call);
  const line = toldOf(folder, (problem) => call.terminal.errors.write(`${problem}\n`));
  if (line !== null) call.terminal.errors.write(`${line}\n`);
  return folder;
}

function toldOf(folder: string, report: (problem: string) => void): string | null {
  const reader = new SqliteReader({ folder, report });
  try {
    const dropped = reader.droppedMonths();
    if (dropped.length === 0) return null;
    const sites = new Set(dropped.map(({ site }) => site)).size;
    return `${counted(dropped.length, 'month')} of ${counted(sites, 'site')} ${dropped.length === 1 ? 'was' : 'were'} dropped from the folder once ClickHouse had ${dropped.length === 1 ? 'it: its' : 'them: their'} entries are not read here`;
  } catch (error) {
    // What is wrong with the folder the command itself meets, and tells in its own way.
    if (FAULTS_OF_FOLDERS.some((fault) => error instanceof fault)) return null;
    throw error;
  } finally {
    reader.close();
  }
}
