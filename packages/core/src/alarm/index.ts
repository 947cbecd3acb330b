export * from './firing.ts';
export * from './parse.ts';
export * from './rule.ts';
export { SilentWatch } from './silent-watch.ts';
export { queryOfAlarm, watchOf } from './watch.ts';
