import { cpus, release, totalmem } from 'node:os';

/** One line, nothing that names the machine. */
export function machine(): string {
  const processors = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  const model = processors[0]?.model.trim() ?? 'unknown processor';
  return `${processors.length} cores (${model}), ${memory} GiB, ${process.platform} ${release()}, Node ${process.versions.node}`;
}
