import { bearsNumber } from '../store/clickhouse/bears-number.ts';
import { Connection } from '../store/clickhouse/sql.ts';
import { NODES_MAX } from '../store/node-number.ts';
import { NodeRunsError } from '../store/nodes.ts';
import { StoreUnavailableError } from '../store/unavailable.ts';
import { audited } from './audited.ts';
import { type Command, CommandError, UsageError } from './command.ts';
import { existingControl } from './control-store.ts';
import { type Target, targetOf } from './migrate/target.ts';
import { NOT_SHARED } from './node-list.ts';
import { FOLDER_OPTIONS, settingsOf } from './settings.ts';

export const nodeRelease: Command = {
  name: ['node', 'release'],
  summary:
    'Give back the number of a data folder that is gone for good. What it had not shipped is lost to the others. Another folder gets the number once ClickHouse holds no entries that bear it: come again then.',
  words: 'NUMBER',
  options: FOLDER_OPTIONS,
  examples: [['ocpp-logs node release 7', 'the numbers are in ocpp-logs node list']],
  async run(call) {
    const [word = '', ...more] = call.words;
    const number = Number(word);
    if (!/^\d+$/.test(word) || number >= NODES_MAX || more.length > 0)
      throw new UsageError(`ocpp-logs node release: one number from 0 to ${NODES_MAX - 1} must follow`);
    const control = await existingControl(call);
    try {
      if (control.nodes === null) throw new CommandError(NOT_SHARED);
      const known = (await control.nodes.all()).find((node) => node.number === number);
      const settings = settingsOf(call);
      const asks = settings.store.clickhouse.url !== '';
      if (known === undefined || (known.released !== null && !asks))
        throw new CommandError(`no folder has the number ${number} (see ocpp-logs node list)`);
      if (await control.nodes.release(number, Date.now())) {
        await audited(control, 'node-released', { target: String(number) });
        call.terminal.output.write(`released node ${number}\n`);
      }
      if (!asks) return 0;
      if (await isBorne(targetOf(call, settings), number)) {
        call.terminal.output.write(
          `ClickHouse holds entries that bear ${number}: no other folder gets it until they are gone, and this is called again\n`,
        );
      } else if (await control.nodes.forget(number)) {
        call.terminal.output.write(
          `ClickHouse holds no entry that bears ${number}: another folder may get it\n`,
        );
      }
      return 0;
    } catch (error) {
      const told = error instanceof NodeRunsError || error instanceof StoreUnavailableError;
      throw told ? new CommandError(error.message) : error;
    } finally {
      await control.close();
    }
  },
};

/** A look at all ids. */
const REQUEST_MS = 3_600_000;

async function isBorne(target: Target, number: number): Promise<boolean> {
  const connection = new Connection({ ...target, queryTime: null, requestTimeout: REQUEST_MS });
  try {
    return await bearsNumber(connection, number);
  } finally {
    await connection.close();
  }
}
