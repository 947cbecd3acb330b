/** The OpenAPI document as a page: no script, nothing loaded from anywhere. */

import type { OpenApiDocument } from './openapi.ts';
import { REFERENCE_STYLE } from './reference-style.ts';

type Json = Readonly<Record<string, unknown>>;

function escaped(text: unknown): string {
  return String(text ?? '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function record(value: unknown): Json {
  // Safe: the narrowing leaves objects, whose members are unknown.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(record) : [];
}

function nameOf(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1);
}

function typeText(schema: Json): string {
  if (typeof schema.$ref === 'string') {
    return `<a href="#schema-${escaped(nameOf(schema.$ref))}">${escaped(nameOf(schema.$ref))}</a>`;
  }
  if (Array.isArray(schema.enum))
    return schema.enum.map((choice) => `<code>${escaped(choice)}</code>`).join(' or ');
  if (schema.const !== undefined) return `<code>${escaped(schema.const)}</code>`;
  if (Array.isArray(schema.anyOf)) return list(schema.anyOf).map(typeText).join(' or ');
  if (schema.type === 'array') return `array of ${typeText(record(schema.items))}`;
  const range = [
    schema.minimum === undefined ? '' : `from ${schema.minimum}`,
    schema.maximum === undefined ? '' : `to ${schema.maximum}`,
  ].filter(Boolean);
  return escaped([schema.type ?? 'any', ...range].join(' '));
}

function table(caption: string, heads: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const head = heads.map((name) => `<th scope="col">${name}</th>`).join('');
  const body = rows
    .map(
      (cells) => `<tr>${cells.map((cell, at) => `<td data-head="${heads[at]}">${cell}</td>`).join('')}</tr>`,
    )
    .join('');
  return `<h3>${caption}</h3><div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

function note(schema: Json): string {
  const parts = [
    schema.default === undefined ? '' : `Default <code>${escaped(schema.default)}</code>.`,
    Array.isArray(schema.examples) ? `Such as <code>${escaped(schema.examples[0])}</code>.` : '',
  ];
  return parts.filter(Boolean).join(' ');
}

function parameterTable(parameters: readonly Json[]): string {
  const rows = parameters.map((parameter) => [
    `<code>${escaped(parameter.name)}</code>`,
    `${escaped(parameter.in)}${parameter.required ? ', required' : ''}`,
    typeText(record(parameter.schema)),
    `${escaped(parameter.description)} ${note(record(parameter.schema))}`,
  ]);
  return table('Parameters', ['Name', 'In', 'Type', 'Meaning'], rows);
}

function answerTable(responses: Json): string {
  const rows = Object.entries(responses).map(([status, value]) => {
    const { description, content } = record(value);
    const forms = Object.entries(record(content)).map(
      ([type, body]) => `<code>${escaped(type)}</code>: ${typeText(record(record(body).schema))}`,
    );
    return [`<code>${escaped(status)}</code>`, escaped(description), forms.join('<br>')];
  });
  return table('Answers', ['Status', 'When', 'Body'], rows);
}

function sample(method: string, url: string, operation: Json): string {
  const query = list(operation.parameters)
    .filter((parameter) => parameter.in === 'query' && parameter.required)
    .map((parameter) => `${parameter.name}=${list0(record(parameter.schema).examples)}`)
    .join('&');
  const lines = [`curl${method === 'get' ? '' : ` -X ${method.toUpperCase()}`}`];
  if (operation['x-scope']) lines.push('-H "Authorization: Bearer $OCPP_LOGS_KEY"');
  if (operation.requestBody)
    lines.push('-H "Content-Type: application/x-ndjson"', '--data-binary @frames.ndjson');
  lines.push(`"http://127.0.0.1:9016${url.replaceAll('{id}', 'SITE')}${query ? `?${query}` : ''}"`);
  return `<h3>Try it</h3><pre tabindex="0">${escaped(lines.join(' \\\n  '))}</pre>`;
}

function list0(values: unknown): string {
  return Array.isArray(values) ? String(values[0]) : '';
}

function operationSection(base: string, path: string, method: string, operation: Json): string {
  const all = operation['x-all-sites'] ? ' on all sites' : '';
  const scope = operation['x-scope']
    ? `Needs a key with the scope <code>${escaped(operation['x-scope'])}</code>, or the role <code>${escaped(operation['x-role'])}</code>${all}.`
    : 'Open to everyone.';
  const mark = operation['x-extension'] ? ' <span class="mark">Extension of this server.</span>' : '';
  const description = escaped(operation.description).replace(' Extension of this server.', '');
  const body = record(operation.requestBody);
  const bodyForms = Object.entries(record(body.content)).map(([type, form]) => [
    `<code>${escaped(type)}</code>`,
    typeText(record(record(form).schema)),
    escaped(body.description),
  ]);
  return `<section id="${escaped(operation.operationId)}" aria-labelledby="${escaped(operation.operationId)}-title">
<h2 id="${escaped(operation.operationId)}-title">${escaped(operation.summary)}</h2>
<p><span class="method">${method.toUpperCase()}</span> <code>${escaped(path)}</code></p>
<p>${description}</p><p class="soft">${scope}${mark}</p>
${sample(method, base + path, operation)}
${parameterTable(list(operation.parameters))}${table('Body', ['Type', 'Content', 'Meaning'], bodyForms)}
${answerTable(record(operation.responses))}</section>`;
}

function members(schema: Json, prefix = ''): readonly (readonly string[])[] {
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(record(schema.properties)).flatMap(([name, value]) => {
    const member = record(value);
    const row = [
      `<code>${escaped(prefix + name)}</code>`,
      `${typeText(member)}${required.includes(name) ? '' : ', optional'}`,
      escaped(member.description),
    ];
    return [row, ...members(member, `${prefix}${name}.`)];
  });
}

function schemaSection([name, schema]: readonly [string, Json]): string {
  const rows = members(schema);
  return `<section id="schema-${escaped(name)}" aria-labelledby="schema-${escaped(name)}-title"><h2 id="schema-${escaped(name)}-title">${escaped(name)}</h2>${table(`Members of ${escaped(name)}`, ['Name', 'Type', 'Meaning'], rows)}</section>`;
}

const KEYS = `<section id="keys" aria-labelledby="keys-title"><h2 id="keys-title">Keys</h2>
<p>Every address needs a key, save those that are marked open. Make one with <code>ocpp-logs key create</code>.</p>
<h3>Bearer</h3><pre tabindex="0">Authorization: Bearer olk_...</pre>
<h3>Signed requests</h3>
<p>Send <code>x-api-key</code>, <code>x-req-timestamp</code> (Unix seconds) and <code>x-signature</code>, the hexadecimal HMAC-SHA256 of</p>
<pre tabindex="0">METHOD:URL_PATH:TIMESTAMP:BODY</pre>
<p>keyed with the lower-case hexadecimal text of SHA-256(secret). URL_PATH is path and query exactly as sent, with or without <code>/rest/v1</code>; BODY is empty for GET, the colon before it stays.</p></section>`;

/** The ways to this page: whoever reads it has found one. */
const ITSELF: readonly string[] = ['reference', 'root'];

export function referencePage(document: OpenApiDocument): string {
  const base = document.servers[0]?.url ?? '';
  const operations = Object.entries(document.paths)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    )
    .filter(({ operation }) => !ITSELF.includes(String(operation.operationId)));
  const link = (target: string, text: string) =>
    `<li><a href="#${escaped(target)}">${escaped(text)}</a></li>`;
  const groups = document.tags.map(({ name }) => {
    const own = operations.filter(({ operation }) => list0(operation.tags) === name);
    const links = own.map(({ operation }) => link(String(operation.operationId), String(operation.summary)));
    return `<h2>${escaped(name)}</h2><ul>${links.join('')}</ul>`;
  });
  const schemas = Object.entries(document.components.schemas);
  const sections = document.tags.flatMap(({ name }) =>
    operations
      .filter(({ operation }) => list0(operation.tags) === name)
      .map(({ path, method, operation }) => operationSection(base, path, method, operation)),
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>API of ocpp-logs</title><style>${REFERENCE_STYLE}</style></head>
<body><a class="skip" href="#content">To the content</a><div class="layout">
<nav aria-label="Contents"><details><summary>Contents</summary><ul>${link('keys', 'Keys')}</ul>${groups.join('')}<h2>Schemas</h2><ul>${schemas.map(([name]) => link(`schema-${name}`, name)).join('')}</ul></details></nav>
<main id="content"><h1>API of ocpp-logs</h1>
<p>${escaped(document.info.description)} Version ${escaped(document.info.version)}; the same as <a href="./openapi.json">OpenAPI 3.1</a>.</p>
<p>Addresses begin with <code>${escaped(base)}</code>; the same routes also answer without <code>/rest/v1</code>.</p>
${KEYS}${sections.join('\n')}${schemas.map(schemaSection).join('\n')}</main></div></body></html>`;
}
