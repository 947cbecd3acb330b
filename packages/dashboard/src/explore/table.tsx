import type { LogEntry } from '../api/answers.ts';

export function Table({ entries }: { readonly entries: readonly LogEntry[] }) {
  return (
    <table>
      <thead>
        <tr>
          <th>Timestamp</th>
          <th>Action</th>
          <th>Charging Station ID</th>
          <th>Status</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={`${entry.site_id}/${entry.exchange?.id}`}>
            <td>{entry.occurrence_time}</td>
            <td>{entry.action}</td>
            <td>{entry.charger_id}</td>
            <td>{entry.request_status}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
