/** Exports that are done when they were asked for the third time. */

import type { Routes } from './http.ts';

const LOOKS = 3;
export const EXPORTED = 'a,b\r\n1,2\r\n';

export function exportRoutes(count: () => number): Routes {
  const looks = new Map<string, number>();
  const job = (id: string) => {
    const seen = looks.get(id) ?? 0;
    const done = seen >= LOOKS;
    return {
      id,
      state: done ? 'done' : 'running',
      estimate: { entries: count(), bytes: count() * 900 },
      progress: {
        entries: Math.round((count() * seen) / LOOKS),
        bytes: count() * 300 * seen,
        percent: (seen * 100) / LOOKS,
      },
      size: done ? EXPORTED.length : null,
      sha256: null,
      file_name: 'ocpp-logs-depot.csv',
      remarks: [],
      links: { self: '', file: `/rest/v1/exports/${id}/file`, events: '' },
      error: null,
    };
  };
  return {
    'POST /rest/v1/exports': ({ body }) => {
      if (body.estimate_only === true) return { body: { entries: count(), bytes: count() * 900 } };
      const id = `job-${looks.size + 1}`;
      looks.set(id, 0);
      return { status: 202, body: job(id) };
    },
    'GET /rest/v1/exports/:id': ({ parts: [id = ''] }) => {
      looks.set(id, (looks.get(id) ?? 0) + 1);
      return { body: job(id) };
    },
    'DELETE /rest/v1/exports/:id': () => ({ status: 204 }),
    'GET /rest/v1/exports/:id/file': () => ({ type: 'text/csv', body: EXPORTED }),
  };
}
