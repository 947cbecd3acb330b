import { newStationPassword, stationPasswordFault } from '../../auth/station-credentials.ts';
import { StationPasswords } from '../../auth/station-passwords.ts';
import { audited } from '../audited.ts';
import type { Command } from '../command.ts';
import { writableControl } from '../control-store.ts';
import { readPassword } from '../password-input.ts';
import { FOLDER_OPTIONS } from '../settings.ts';
import { knownSite, stationOf } from './stations.ts';

export const stationPassword: Command = {
  name: ['station', 'password'],
  summary:
    'Give a station of the built-in CSMS a password for sites that ask for one (Basic authentication).',
  words: 'SITE CHARGER',
  options: {
    stdin: { describe: 'Take a password that is typed, or comes on standard input, instead of making one.' },
    json: { describe: 'Print one line of JSON.' },
    ...FOLDER_OPTIONS,
  },
  examples: [
    ['ocpp-logs station password depot CP_1', 'makes one and shows it once'],
    ['ocpp-logs station password depot CP_1 --stdin < key.txt', 'the one that the station has already'],
  ],
  async run(call) {
    const station = stationOf(call, 'password');
    const { settings, control } = await writableControl(call);
    try {
      await knownSite(control, settings.sites, station.site);
      const given = call.flags.stdin === true;
      const password = given
        ? await readPassword(call.terminal, station.charger, stationPasswordFault)
        : newStationPassword();
      const table = control.stationPasswords;
      const passwords = new StationPasswords(
        {
          stationPassword: async (site, charger) => table.get(site, charger),
          putStationPassword: async (record) => table.put(record),
          dropStationPassword: async (site, charger) => table.drop(site, charger),
        },
        Date.now,
      );
      await passwords.set(station, password);
      await audited(control, 'station-password-set', { site: station.site, target: station.charger });
      const { output, errors } = call.terminal;
      const shown = given ? {} : { password };
      if (call.flags.json === true) output.write(`${JSON.stringify({ ...station, ...shown })}\n`);
      else output.write(given ? `${station.charger} has another password\n` : `${password}\n`);
      const asked = (await control.snapshot()).sites.get(station.site)?.stationAuth === 'basic';
      if (!asked) errors.write(`it is not asked for until the site has station_auth basic\n`);
      return 0;
    } finally {
      await control.close();
    }
  },
};
