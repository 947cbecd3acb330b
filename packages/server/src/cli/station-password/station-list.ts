import { type Command, UsageError } from '../command.ts';
import { existingControl } from '../control-store.ts';
import { FOLDER_OPTIONS, settingsOf } from '../settings.ts';
import { table } from '../table.ts';
import { knownSite } from './stations.ts';

export const stationList: Command = {
  name: ['station', 'list'],
  summary: 'List the stations of a site that have a password here.',
  words: 'SITE',
  options: { json: { describe: 'One JSON object a line.' }, ...FOLDER_OPTIONS },
  examples: [['ocpp-logs station list depot', 'never the passwords themselves']],
  async run(call) {
    const [site, ...more] = call.words;
    if (site === undefined || more.length > 0) {
      throw new UsageError('ocpp-logs station list: one site must follow (see ocpp-logs site list)');
    }
    const control = await existingControl(call);
    try {
      await knownSite(control, settingsOf(call).sites, site);
      const rows = (await control.stationPasswords.of(site)).map(({ charger, changed, nextHash }) => ({
        charger,
        changed: new Date(changed).toISOString(),
        next: nextHash !== null,
      }));
      const { output, columns } = call.terminal;
      if (call.flags.json === true) for (const row of rows) output.write(`${JSON.stringify(row)}\n`);
      else {
        const titles = [{ title: 'CHARGER' }, { title: 'CHANGED' }, { title: 'NEW ONE NOT USED YET' }];
        const cells = rows.map(({ charger, changed, next }) => [charger, changed, next ? 'yes' : '']);
        output.write(table(titles, cells, columns));
      }
      return 0;
    } finally {
      await control.close();
    }
  },
};
