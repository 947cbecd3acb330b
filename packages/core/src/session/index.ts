export * from './fold.ts';
export * from './list-actions.ts';
export * from './roles.ts';
export * from './seen.ts';
export * from './session.ts';
