/**
 * How much of what is said at a site is kept: the levels of ChargePilot's documents, in which each one holds what the
 * one before it holds, and some more.
 */

export const SITE_LEVELS = ['none', 'minimal', 'info', 'debug'] as const;
/** `none`: only changes of settings. `debug`: everything. */
export type SiteLevel = (typeof SITE_LEVELS)[number];

type LevelOfActions = Exclude<SiteLevel, 'none'>;

interface Levelled {
  readonly action: string;
  readonly level: LevelOfActions;
  /** Further actions that do the same in other versions or with a signature. */
  readonly forms: readonly string[];
  readonly source: string;
}

/** What is not named here is kept at `debug` alone, actions of vendors and of later versions too. */
const TABLE: readonly Levelled[] = [
  {
    action: 'BootNotification',
    level: 'minimal',
    forms: [],
    source: 'ChargePilot, minimal; one name in 1.6, 2.0.1 and 2.1',
  },
  {
    action: 'UpdateFirmware',
    level: 'minimal',
    forms: ['SignedUpdateFirmware', 'PublishFirmware', 'UnpublishFirmware'],
    source: 'ChargePilot, minimal; 1.6 Security Whitepaper 5.17; 2.0.1 L03, L04: by a local controller',
  },
  {
    action: 'FirmwareStatusNotification',
    level: 'minimal',
    forms: ['SignedFirmwareStatusNotification', 'PublishFirmwareStatusNotification'],
    source: 'ChargePilot, minimal; 1.6 Security Whitepaper 5.15; 2.0.1 L03: of a local controller',
  },
  { action: 'Authorize', level: 'info', forms: [], source: 'ChargePilot, info' },
  { action: 'StartTransaction', level: 'info', forms: [], source: 'ChargePilot, info; 1.6 alone' },
  { action: 'StopTransaction', level: 'info', forms: [], source: 'ChargePilot, info; 1.6 alone' },
  {
    action: 'TransactionEvent',
    level: 'info',
    forms: [],
    source: 'ChargePilot, info; both of the above in 2.x',
  },
  { action: 'StatusNotification', level: 'info', forms: [], source: 'ChargePilot, info' },
  { action: 'SecurityEventNotification', level: 'info', forms: [], source: 'ChargePilot, info' },
];

const LEVELS: ReadonlyMap<string, LevelOfActions> = new Map(
  TABLE.flatMap(({ action, forms, level }) => [action, ...forms].map((name) => [name, level] as const)),
);

/** The lowest level at which an exchange of this action is kept; null is an action that is not known. */
export function levelOfAction(action: string | null): LevelOfActions {
  return (action === null ? undefined : LEVELS.get(action)) ?? 'debug';
}

/** Whether an exchange of this action is kept at a level. */
export function keepsAction(level: SiteLevel, action: string | null): boolean {
  return SITE_LEVELS.indexOf(level) >= SITE_LEVELS.indexOf(levelOfAction(action));
}

/** Actions that are kept at `minimal` or `info`, by name. */
export function actionsBelowDebug(): ReadonlyMap<string, LevelOfActions> {
  return LEVELS;
}
