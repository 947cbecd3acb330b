/** RFC 9110, 12.5.3, as far as browsers use it: names, and `q=0` for those that are not wanted. */
export function accepts(header: string | string[] | undefined, name: string): boolean {
  return [header ?? '']
    .flat()
    .join(',')
    .split(',')
    .some((item) => {
      const [coding = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
      return coding === name && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
    });
}
