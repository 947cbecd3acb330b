/** `1 entry`, `1,234 entries`: a number with what it counts, wherever people read one. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
