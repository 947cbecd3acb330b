export { CHECKS, type CheckCode, STATION_CHECKS, type StationCheckCode } from './checks.ts';
export { checksTable, misspellingsTable } from './checks-table.ts';
export { Found } from './found.ts';
export { isRightByClause, MISSPELLINGS, type Misspelling } from './misspellings.ts';
export { senseFindings } from './sense.ts';
export type { StationFinding } from './station-finding.ts';
export { StationChecks } from './station-watch.ts';
