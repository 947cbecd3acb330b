/** The audit log in control.db: added to, read, and cut off at its end of age. */

import type { SQLInputValue } from 'node:sqlite';
import { AUDIT_MOST, AUDIT_TAKE_MAX, type AuditEvent, type AuditQuery, type AuditRecord } from '../audit.ts';
import { auditOf } from './rows.ts';
import type { Statements } from './statements.ts';

const PURGE_BATCH = 1_000;

export class AuditTable {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  append(events: readonly AuditEvent[]): void {
    this.#statements.transaction(() => {
      for (const event of events) appendInside(this.#statements, event);
    });
  }

  /** Newest first. */
  list({ from, to, actor, actions, site, before, take }: AuditQuery): readonly AuditRecord[] {
    const conditions = ['at >= ?', 'at < ?'];
    const values: SQLInputValue[] = [from, to];
    const add = (condition: string, ...more: readonly SQLInputValue[]) => {
      conditions.push(condition);
      values.push(...more);
    };
    if (actor !== null) add('(actor = ? OR name = ?)', actor, actor);
    if (actions !== null) add(`action IN (${actions.map(() => '?').join(', ')})`, ...actions);
    if (site !== null) add('site = ?', site);
    if (before !== null) add('n < ?', before);
    return this.#sql(`SELECT * FROM audit WHERE ${conditions.join(' AND ')} ORDER BY n DESC LIMIT ?`)
      .all(...values, Math.min(take, AUDIT_TAKE_MAX + 1))
      .map(auditOf);
  }

  /** A bounded number at a time; true if there is more. */
  purge(before: number, most = AUDIT_MOST): boolean {
    const { changes } = this.#sql(
      `DELETE FROM audit WHERE n IN (SELECT n FROM audit WHERE at < ? OR n <= (SELECT max(n) FROM audit) - ?
         ORDER BY n LIMIT ${PURGE_BATCH})`,
    ).run(before, most);
    return Number(changes) === PURGE_BATCH;
  }

  #sql(statement: string) {
    return this.#statements.sql(statement);
  }
}

/** Within a transaction. */
export function appendInside(statements: Statements, event: AuditEvent): void {
  statements
    .sql(
      `INSERT INTO audit (at, actor, name, action, site, target, address, request, details, count)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
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
