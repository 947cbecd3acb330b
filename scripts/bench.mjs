// npm run bench: the benchmarks. Arguments: bench/options.ts.
import { runPinned } from './pinned-run.mjs';

const asked = process.argv.slice(2).flatMap((arg) => arg.split(','));
runPinned('the benchmarks', 'main.ts', asked.includes('clickhouse') ? ['test/clickhouse'] : []);
