// npm run build: what the server runs and what the dashboard shows, where their sources have changed.
import { buildIfNeeded, findNode24 } from './node24.mjs';

buildIfNeeded(findNode24(), (line) => process.stderr.write(`ocpp-logs: ${line}\n`));
