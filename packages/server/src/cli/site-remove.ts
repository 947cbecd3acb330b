import { counted } from '@ocpp-logs/core';
import { wholeSite } from '../export/whole-site.ts';
import { openSource } from '../store/sqlite/source.ts';
import { audited } from './audited.ts';
import { type Command, CommandError, UsageError } from './command.ts';
import { existingControl } from './control-store.ts';
import { FOLDER_OPTIONS, settingsOf } from './settings.ts';

export const siteRemove: Command = {
  name: ['site', 'remove'],
  summary: 'Remove a site that has no entries, with every right to it and the passwords of its stations.',
  words: 'ID',
  options: FOLDER_OPTIONS,
  examples: [['ocpp-logs site remove dpeot', 'a site whose id was mistyped']],
  async run(call) {
    const [id, ...more] = call.words;
    if (id === undefined || more.length > 0)
      throw new UsageError('ocpp-logs site remove: one id must follow, such as: site remove depot');
    const control = await existingControl(call);
    try {
      const site = (await control.snapshot()).sites.get(id);
      if (site === undefined) throw new CommandError(`no such site: ${id} (see ocpp-logs site list)`);
      if (site.origin === 'config')
        throw new CommandError(`site ${id} comes from the configuration file: take it out there`);
      const settings = settingsOf(call);
      if (settings.store.clickhouse.url !== '')
        throw new CommandError(
          `entries may be in ClickHouse: ask the running server, by DELETE /rest/v1/sites/${id}`,
        );
      const entries = await entriesOf(settings.data, id, (line) => call.terminal.errors.write(`${line}\n`));
      if (entries > 0) {
        throw new CommandError(
          `site ${id} has ${counted(entries, 'entry', 'entries')}, which nobody could see any more: let them go first, with ocpp-logs site add ${id} --retention-days 1`,
        );
      }
      await control.removeSite(id);
      await audited(control, 'site-removed', { site: id });
      call.terminal.output.write(`removed site ${id}\n`);
      return 0;
    } finally {
      await control.close();
    }
  },
};

async function entriesOf(folder: string, site: string, report: (line: string) => void): Promise<number> {
  const source = openSource(folder, { report });
  try {
    return await source.count({ filters: [wholeSite(site)], only: null });
  } finally {
    await source.close();
  }
}
