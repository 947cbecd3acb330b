/** ClickHouse as a library, in this process: one statement at a time, as its bound queries are run anyway. */

import { Session } from 'chdb';

export interface Statement {
  readonly sql: string;
  /** As a client sends them: texts escaped, lists as ClickHouse writes them. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly settings: ReadonlyMap<string, string>;
  /** What is inserted. */
  readonly body: Buffer | null;
}

/** What the engine says no to. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const INSERT = /^\s*INSERT INTO\s+([\w.]+)\s*\(([^)]*)\)\s*FORMAT (TabSeparated)\s*$/;

export class Engine {
  readonly #session: Session;
  readonly #set = new Map<string, string>();
  #last: Promise<unknown> = Promise.resolve();

  /** `folder`: where what it stores stays; without one it goes with the process. */
  constructor(folder?: string) {
    this.#session = new Session(folder, { connectionArgs: ['--max_threads=1'] });
  }

  run(statement: Statement): Promise<Uint8Array> {
    const done = this.#last.then(() => this.#run(statement));
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** What runs is waited for. */
  async close(): Promise<void> {
    await this.#last;
    this.#session.close();
  }

  async #run({ sql, parameters, settings, body }: Statement): Promise<Uint8Array> {
    try {
      await this.#settle(settings);
      if (body !== null) {
        await this.#insert(sql, body);
        return new Uint8Array();
      }
      const bound = Object.fromEntries([...parameters].map(([name, text]) => [name, boundValue(text)]));
      const answer = await this.#session.queryBindAsync(sql, bound, { format: 'TabSeparated' });
      return answer.bytes();
    } catch (error) {
      throw engineError(error);
    }
  }

  async #insert(sql: string, body: Buffer): Promise<void> {
    const [, table = '', columns = '', format] = INSERT.exec(sql) ?? [];
    if (format !== 'TabSeparated') throw new EngineError(62, `this engine takes no such insert: ${sql}`);
    await this.#session.insert({
      table,
      columns: columns.split(',').map((column) => column.trim()),
      format,
      values: body,
    });
  }

  /** The session has the settings of this statement, and no others. */
  async #settle(settings: ReadonlyMap<string, string>): Promise<void> {
    for (const [name, value] of settings) {
      if (this.#set.get(name) === value) continue;
      await this.#session.queryAsync(`SET ${word(name)} = '${value.replace(/[\\']/g, '\\$&')}'`);
      this.#set.set(name, value);
    }
    for (const name of [...this.#set.keys()].filter((each) => !settings.has(each))) {
      await this.#session.queryAsync(`SET ${word(name)} = DEFAULT`);
      this.#set.delete(name);
    }
  }
}

function word(name: string): string {
  if (!/^\w+$/.test(name))
    throw new EngineError(115, `Setting ${name} is neither a builtin setting nor started with the prefix`);
  return name;
}

/** Of texts that the official client writes; the library takes values and writes them itself. */
function boundValue(text: string): string | readonly (string | bigint | number)[] {
  return text.startsWith('[') && text.endsWith(']') ? listOf(text) : unescaped(text);
}

/** `['a\'b','c']` or `[1,2.5]`. */
function listOf(text: string): readonly (string | bigint | number)[] {
  const values: (string | bigint | number)[] = [];
  const item = /\s*(?:'((?:[^'\\]|\\[\s\S])*)'|([^,'\]]+))\s*(?:,|$)/y;
  const inside = text.slice(1, -1);
  while (item.lastIndex < inside.length) {
    const found = item.exec(inside);
    if (found === null) throw new EngineError(26, `no list: ${text}`);
    const [, quoted, number = ''] = found;
    values.push(
      quoted !== undefined ? unescaped(quoted) : /^-?\d+$/.test(number) ? BigInt(number) : Number(number),
    );
  }
  return values;
}

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', b: '\b', f: '\f', 0: '\0' };

function unescaped(text: string): string {
  return text.replace(/\\([\s\S])/g, (_, letter: string) => ESCAPES[letter] ?? letter);
}

function engineError(error: unknown): unknown {
  if (error instanceof EngineError || !(error instanceof Error)) return error;
  const code = /^Code: (\d+)\./.exec(error.message)?.[1];
  return new EngineError(code === undefined ? 1002 : Number(code), error.message);
}
