import { counted } from '@ocpp-logs/core';
import type { Command } from './command.ts';
import { existingControl } from './control-store.ts';
import { FOLDER_OPTIONS } from './settings.ts';
import { siteJson } from './site-add.ts';
import { table } from './table.ts';

export const siteList: Command = {
  name: ['site', 'list'],
  summary: 'List sites and where their stations are passed on to.',
  words: '',
  options: { json: { describe: 'One JSON object a line.' }, ...FOLDER_OPTIONS },
  examples: [['ocpp-logs site list', 'every site of ./data']],
  async run(call) {
    const control = await existingControl(call, { reading: true });
    const sites = [...(await control.snapshot()).sites.values()];
    await control.close();
    const { output, columns } = call.terminal;
    if (call.flags.json === true) {
      for (const site of sites) output.write(`${siteJson(site)}\n`);
      return 0;
    }
    const rows = sites.map((site) => [
      site.id,
      site.name,
      site.timezone,
      site.retentionDays === 0 ? 'for ever' : counted(site.retentionDays, 'day'),
      site.level,
      site.origin,
      site.upstream ?? 'built-in CSMS',
    ]);
    const titles = ['ID', 'NAME', 'TIME ZONE', 'KEPT', 'LEVEL', 'FROM', 'PASSED ON TO'];
    output.write(
      table(
        titles.map((title) => ({ title })),
        rows,
        columns,
      ),
    );
    return 0;
  },
};
