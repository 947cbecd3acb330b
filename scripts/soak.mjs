// npm run soak: what takes long. Arguments: bench/soak.ts.
import { runPinned } from './pinned-run.mjs';

runPinned('the long runs', 'soak.ts');
