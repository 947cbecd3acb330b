export * from './answer-times.ts';
export * from './boot-identity.ts';
export * from './clock-skew.ts';
export * from './configuration.ts';
export * from './connector-states.ts';
export * from './coverage.ts';
export * from './heard.ts';
