/** The number of this server's data folder among the nodes, before the first entry gets an id. */

import { randomUUID } from 'node:crypto';
import type { Settings } from '../config.ts';
import { FolderError } from '../folder.ts';
import type { Control } from '../store/control.ts';
import {
  hasEntries,
  NODES_MAX,
  NodeFileError,
  NUMBER_OF_OLD,
  readNode,
  writeNode,
} from '../store/node-number.ts';
import { SEEN_EVERY_MS } from '../store/nodes.ts';

export interface ThisNode {
  /** Name of the folder, the same over restarts; another one in a copy of it. */
  readonly folder: string;
  readonly number: number;
}

export interface NodeNumberOptions {
  readonly folder: string;
  /** Whether several folders ship to one database: then none may go without a number. */
  readonly ships: boolean;
  /** A line for the log. */
  readonly report: (line: string) => void;
}

/** null where control data is that of one folder, and where all numbers are given and none is needed. */
export async function takeNodeNumber(
  control: Pick<Control, 'claimNode' | 'shared'>,
  { folder, ships, report }: NodeNumberOptions,
): Promise<ThisNode | null> {
  const known = orFolderError(() => readNode(folder)) ?? { folder: randomUUID(), number: null, runs: [] };
  const [confirmed, begun = confirmed] = known.runs;
  // Of a start that was cut off it is unknown whether the run that began was noted: it goes on.
  const run = known.runs.length === 2 && begun !== undefined ? begun : randomUUID();
  const runs = confirmed === undefined || confirmed === run ? [run] : [confirmed, run];
  const claim = { folder: known.folder, number: known.number, runs: known.runs, run };
  const old = known.number === null && hasEntries(folder);
  if (!control.shared) return null;
  writeNode(folder, { ...known, runs });
  const given = await control.claimNode({ ...claim, instead: randomUUID(), old });
  if (given === null) return null;
  writeNode(folder, { folder: given.folder, number: given.number, runs: [run] });
  if (known.number !== null && given.number !== known.number) {
    report(
      `this data folder is a copy, or its node ${known.number} was released: from now on it is node ${given.number ?? 'none'}`,
    );
  }
  if (given.number === null) {
    const line = `all ${NODES_MAX} numbers of nodes are given: release those of folders that are gone (ocpp-logs node list, node release)`;
    if (ships) throw new FolderError(line);
    report(line);
    return null;
  }
  if (ships && given.clashes) {
    throw new FolderError(
      `this data folder holds entries from before it was node ${given.number}, and their ids may be those of another folder's: ` +
        `only one such folder (node ${NUMBER_OF_OLD}) can ship to a database; start with a new folder and import an export of this one`,
    );
  }
  return { folder: given.folder, number: given.number };
}

/** Tells that the server runs, so that nobody releases its number. */
function tellSeen(control: Pick<Control, 'nodeSeen'>, { folder }: ThisNode): NodeJS.Timeout {
  return setInterval(() => {
    // While the database is away control data tells so itself, and counts it; the next time comes.
    control.nodeSeen(folder).catch(() => undefined);
  }, SEEN_EVERY_MS);
}

/** As {@link takeNodeNumber}, and goes on to tell that the server runs. */
export async function startNode(
  control: Pick<Control, 'claimNode' | 'shared' | 'nodeSeen'>,
  folder: string,
  settings: Pick<Settings, 'store'>,
  log: { warn(line: string): void },
  closers: (() => unknown)[],
): Promise<ThisNode | null> {
  const ships = settings.store.clickhouse.url !== '';
  const node = await takeNodeNumber(control, { folder, ships, report: (line) => log.warn(line) });
  if (node === null) return null;
  const telling = tellSeen(control, node);
  closers.push(() => clearInterval(telling));
  return node;
}

function orFolderError<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof NodeFileError ? new FolderError(error.message) : error;
  }
}
