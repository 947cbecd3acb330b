export * from './bundle-head.ts';
export * from './bundle-row.ts';
