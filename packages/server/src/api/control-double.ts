/** Control data in memory, and a site, for tests of routes. */

import type { AuditEvent, AuditQuery, AuditRecord } from '../store/audit.ts';
import { alarmsDouble } from '../store/control/alarms-double.ts';
import { site } from '../store/control/fixtures.ts';
import { peopleDouble } from '../store/control/people-double.ts';
import type {
  Control,
  ControlSnapshot,
  KeyRecord,
  LoggedSettings,
  Site,
  StationPassword,
} from '../store/control.ts';
import type { BackupRecord, ErasurePart, ErasureRecord } from '../store/erasure.ts';
import type { NodeRow } from '../store/nodes.ts';

export const DEPOT: Site = site();

export class ControlDouble implements Control {
  sites = new Map<string, Site>([[DEPOT.id, DEPOT]]);
  readonly shared = false;
  keys: KeyRecord[] = [];
  readonly people = peopleDouble(() => this.changed());
  readonly alarms = alarmsDouble(() => this.changed());
  readonly used: string[] = [];
  readonly answers = new Map<string, string>();
  readonly logged = new Map<string, LoggedSettings>();
  readonly stationPasswords = new Map<string, StationPassword>();
  readonly #listeners: ((snapshot: ControlSnapshot) => void)[] = [];

  snapshot(): ControlSnapshot {
    const { people } = this;
    return {
      sites: this.sites,
      keys: this.keys,
      users: people.users(),
      sessions: people.sessions(),
      alarms: this.alarms.records(),
    };
  }

  onChange(listener: (snapshot: ControlSnapshot) => void) {
    this.#listeners.push(listener);
  }

  changed() {
    for (const listener of this.#listeners) listener(this.snapshot());
  }

  async loggedSettings() {
    return this.logged;
  }

  async settingsLogged(site: string, _before: LoggedSettings | null, settings: LoggedSettings) {
    this.logged.set(site, settings);
    return true;
  }

  isCurrent() {
    return true;
  }

  async refresh() {}

  counters() {
    return {};
  }

  async putSite(site: Site) {
    this.sites = new Map([...this.sites, [site.id, site]]);
    this.changed();
  }

  async removeSite(id: string) {
    const known = this.sites.has(id);
    this.sites = new Map([...this.sites].filter(([each]) => each !== id));
    this.changed();
    return known;
  }

  async putKey(key: KeyRecord) {
    this.keys = [...this.keys.filter(({ id }) => id !== key.id), key];
    this.changed();
  }

  async agreeOnSecretKey(offered: string | null) {
    return offered;
  }

  async putFirstKey(key: KeyRecord) {
    if (this.keys.length > 0) return false;
    await this.putKey(key);
    return true;
  }

  async revokeKey(id: string) {
    const known = this.keys.some((key) => key.id === id);
    this.keys = this.keys.map((key) => (key.id === id ? { ...key, revoked: true } : key));
    this.changed();
    return known;
  }

  async stationPassword(site: string, charger: string) {
    return this.stationPasswords.get(`${site}\n${charger}`) ?? null;
  }

  async putStationPassword(password: StationPassword) {
    this.stationPasswords.set(`${password.site}\n${password.charger}`, password);
  }

  async dropStationPassword(site: string, charger: string) {
    return this.stationPasswords.delete(`${site}\n${charger}`);
  }

  keyUsed(id: string) {
    this.used.push(id);
  }

  async firstUse(_digest: Uint8Array, _until: number) {
    return true;
  }

  async firstAnswer(...key: string[]) {
    return this.answers.get(key.join('\n')) ?? null;
  }

  async beginAnswer(...of: [key: string, site: string, idempotencyKey: string, at: number]) {
    const answer = await this.firstAnswer(...of.slice(0, 3).map(String));
    return answer === null ? ('ours' as const) : { answer };
  }

  async giveUpAnswer() {}

  async rememberAnswer(key: string, site: string, idempotencyKey: string, answer: string) {
    this.answers.set([key, site, idempotencyKey].join('\n'), answer);
    return answer;
  }

  readonly audited: AuditRecord[] = [];

  async audit(events: readonly AuditEvent[]) {
    for (const event of events) this.audited.push({ ...event, n: this.audited.length + 1 });
  }

  async audits({ from, to, actor, actions, site, before, take }: AuditQuery) {
    const wanted = this.audited.filter(
      (each) =>
        each.at >= from &&
        each.at < to &&
        (actor === null || each.actor === actor || each.name === actor) &&
        (actions === null || actions.includes(each.action)) &&
        (site === null || each.site === site) &&
        (before === null || each.n < before),
    );
    return wanted.reverse().slice(0, take);
  }

  erasureRecords: ErasureRecord[] = [];
  backedUp: BackupRecord[] = [];

  async erasures() {
    return this.erasureRecords;
  }

  async putErasure(erasure: ErasureRecord): Promise<boolean> {
    this.erasureRecords = [erasure, ...this.erasureRecords.filter(({ id }) => id !== erasure.id)];
    return true;
  }

  erasureNodes: ErasurePart[] = [];
  nodeRows: NodeRow[] = [];

  async erasureParts(id: string | null): Promise<readonly ErasurePart[]> {
    return this.erasureNodes.filter((part) => id === null || part.id === id);
  }

  async putErasurePart(part: ErasurePart) {
    const others = this.erasureNodes.filter(({ id, folder }) => id !== part.id || folder !== part.folder);
    this.erasureNodes = [...others, part];
  }

  async nodes(): Promise<readonly NodeRow[]> {
    return this.nodeRows;
  }

  async eraseTexts() {
    return { table: '', changed: 0, next: null };
  }

  async backups() {
    return this.backedUp;
  }

  async claimNode() {
    return null;
  }

  async nodeSeen() {}

  async putJob(..._job: Parameters<Control['putJob']>): Promise<void> {}

  async jobAt() {
    return null;
  }

  async transactionNumber() {
    return 1;
  }

  async close() {}
}
