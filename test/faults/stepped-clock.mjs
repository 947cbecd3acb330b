// Loaded into the server by tests, before anything of it: the wall clock of all its threads goes wrong by as many
// milliseconds as the file says. The monotonic clock goes on as it does.
import { readFileSync } from 'node:fs';

const file = process.env.TEST_CLOCK_FILE;
const now = Date.now.bind(Date);
const RealDate = Date;

const wrong = () => now() + Number(readFileSync(file, 'utf8'));

globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(wrong());
    else super(...args);
  }

  static now() {
    return wrong();
  }
};
