/** Sends files, and tells how far it is: fetch cannot tell that of what it sends. */

import { type Client, failureOf, type Params } from './client.ts';
import { parseExact } from './exact-json.ts';
import { Unreachable } from './problem.ts';

export interface UploadOptions {
  readonly params: Params;
  readonly signal: AbortSignal;
  /** 0 to 1 of what is to be sent. */
  readonly onProgress: (share: number) => void;
}

export function upload<T>(
  client: Client,
  path: string,
  files: readonly File[],
  { params, signal, onProgress }: UploadOptions,
): Promise<T> {
  const form = new FormData();
  for (const file of files) form.append('file', file, file.name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', client.address(path, params));
    for (const [name, value] of Object.entries(client.writeHeaders())) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total);
    request.onload = () => {
      const { status, responseText } = request;
      // Safe: the routes are validated against the schemas that these types repeat.
      if (status >= 200 && status < 300) resolve(parseExact(responseText) as T);
      else reject(failureOf(status, responseText));
    };
    request.onerror = () => reject(new Unreachable('The connection broke off while the files were sent.'));
    request.onabort = () => reject(signal.reason);
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(form);
  });
}
