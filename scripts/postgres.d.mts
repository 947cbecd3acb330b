export function findPostgres(
  named?: string,
  places?: { readonly debian?: string; readonly path?: string; readonly unpacked?: string },
): string | null;
