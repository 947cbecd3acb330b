import { GONE_MS } from '../store/nodes.ts';
import { type Command, CommandError } from './command.ts';
import { existingControl } from './control-store.ts';
import { FOLDER_OPTIONS } from './settings.ts';
import { table } from './table.ts';

export const NOT_SHARED =
  'control data is that of one folder: nodes have numbers where control.postgres.url is set';

export const nodeList: Command = {
  name: ['node', 'list'],
  summary: 'List the nodes that share control data: which data folder has which number.',
  words: '',
  options: { json: { describe: 'One JSON object a line.' }, ...FOLDER_OPTIONS },
  examples: [['ocpp-logs node list', 'each node, and when it was seen last']],
  async run(call) {
    const control = await existingControl(call, { reading: true });
    try {
      if (control.nodes === null) throw new CommandError(NOT_SHARED);
      const nodes = await control.nodes.all();
      const { output, columns } = call.terminal;
      const iso = (ms: number) => new Date(ms).toISOString();
      const now = Date.now();
      const stateOf = (lastSeen: number, released: number | null) =>
        released !== null ? `released ${iso(released)}` : now - lastSeen < GONE_MS ? 'runs' : 'stopped';
      if (call.flags.json === true) {
        for (const { number, folder, given, lastSeen, released } of nodes) {
          const times = { given: iso(given), last_seen: iso(lastSeen) };
          output.write(
            `${JSON.stringify({ number, folder, ...times, released: released === null ? null : iso(released) })}\n`,
          );
        }
        return 0;
      }
      const rows = nodes.map(({ number, folder, given, lastSeen, released }) => [
        String(number),
        folder,
        iso(given),
        iso(lastSeen),
        stateOf(lastSeen, released),
      ]);
      const titles = ['NODE', 'FOLDER', 'SINCE', 'LAST SEEN', 'STATE'];
      output.write(
        table(
          titles.map((title) => ({ title })),
          rows,
          columns,
        ),
      );
      return 0;
    } finally {
      await control.close();
    }
  },
};
