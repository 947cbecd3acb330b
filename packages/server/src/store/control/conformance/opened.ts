import type { TestContext } from 'node:test';
import type { ControlStore } from '../../control-store.ts';

/** Where nothing is kept yet. Each call is another process that opens it; all are closed when the test has ended. */
export type Place = () => Promise<ControlStore>;

export type OpenPlace = (t: TestContext) => Promise<Place>;
