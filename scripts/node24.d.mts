/** What a server is started with, beside what there is. */
export const SERVER_ENV: Readonly<Record<string, string>>;
