/** The audit log in PostgreSQL: added to, read, and cut off at its end of age. */

import { AUDIT_MOST, AUDIT_TAKE_MAX, type AuditEvent, type AuditQuery, type AuditRecord } from '../audit.ts';
import { auditOf, integer } from '../control/rows.ts';
import type { AuditRecords } from '../control-store.ts';
import type { PooledStatements, Statements, Value } from './statements.ts';

const PURGE_BATCH = 1_000;

export class AuditTable implements AuditRecords {
  readonly #statements: PooledStatements;

  constructor(statements: PooledStatements) {
    this.#statements = statements;
  }

  async append(events: readonly AuditEvent[]): Promise<void> {
    if (events.length === 0) return;
    await this.#statements.transaction((inside) => appendInside(inside, events));
  }

  /** Newest first. */
  async list({ from, to, actor, actions, site, before, take }: AuditQuery): Promise<readonly AuditRecord[]> {
    const values: Value[] = [];
    const bind = (value: Value) => `$${values.push(value)}`;
    const conditions = [`at >= ${bind(from)}`, `at < ${bind(to)}`];
    if (actor !== null) {
      const name = bind(actor);
      conditions.push(`(actor = ${name} OR name = ${name})`);
    }
    if (actions !== null) conditions.push(`action IN (${actions.map(bind).join(', ') || 'NULL'})`);
    if (site !== null) conditions.push(`site = ${bind(site)}`);
    if (before !== null) conditions.push(`n < ${bind(before)}`);
    const rows = await this.#statements.rows(
      `SELECT * FROM audit WHERE ${conditions.join(' AND ')} ORDER BY n DESC
       LIMIT ${bind(Math.min(take, AUDIT_TAKE_MAX + 1))}`,
      ...values,
    );
    return rows.map(auditOf);
  }

  /** A bounded number at a time; true if there is more. */
  async purge(before: number, most = AUDIT_MOST): Promise<boolean> {
    const removed = await this.#statements.run(
      `DELETE FROM audit WHERE n IN (
         SELECT n FROM audit WHERE at < $1 OR n <= (SELECT max(n) FROM audit) - $2 ORDER BY n LIMIT $3)`,
      before,
      most,
      PURGE_BATCH,
    );
    return removed === PURGE_BATCH;
  }
}

/**
 * Within a transaction. Numbers are of a row and not of a sequence, which would leave a gap where something was undone.
 */
export async function appendInside(inside: Statements, events: readonly AuditEvent[]): Promise<void> {
  const [row] = await inside.rows('UPDATE state SET audited = audited + $1 RETURNING audited', events.length);
  const first = integer(row ?? {}, 'audited') - events.length + 1;
  for (const [at, event] of events.entries()) {
    await inside.run(
      `INSERT INTO audit (n, at, actor, name, action, site, target, address, request, details, count)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      first + at,
      event.at,
      event.actor,
      event.name,
      event.action,
      event.site,
      event.target,
      event.address,
      event.request,
      JSON.stringify(event.details),
      event.count,
    );
  }
}
