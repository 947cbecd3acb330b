// npm run bench: the benchmarks. Arguments: bench/options.ts.
import { runPinned } from './pinned-run.mjs';

runPinned('the benchmarks', 'main.ts');
