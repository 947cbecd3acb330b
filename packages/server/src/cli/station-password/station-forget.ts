import { audited } from '../audited.ts';
import { type Command, CommandError } from '../command.ts';
import { existingControl } from '../control-store.ts';
import { FOLDER_OPTIONS } from '../settings.ts';
import { stationOf } from './stations.ts';

export const stationForget: Command = {
  name: ['station', 'forget'],
  summary: 'Take the password of a station away: where one is asked for, it is not let in again.',
  words: 'SITE CHARGER',
  options: FOLDER_OPTIONS,
  examples: [['ocpp-logs station forget depot CP_1', 'what was recorded of it stays']],
  async run(call) {
    const { site, charger } = stationOf(call, 'forget');
    const control = await existingControl(call);
    try {
      if (!(await control.stationPasswords.drop(site, charger))) {
        throw new CommandError(`${charger} has no password at ${site} (see ocpp-logs station list ${site})`);
      }
      await audited(control, 'station-password-removed', { site, target: charger });
      call.terminal.output.write(`${charger} has no password any more\n`);
      return 0;
    } finally {
      await control.close();
    }
  },
};
