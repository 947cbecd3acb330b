export * from './entry.ts';
export * from './fields.ts';
export * from './finding.ts';
export * from './frame.ts';
export * from './message.ts';
