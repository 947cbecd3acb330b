/** What a station can be called with, as text: each action with its fields, or one with all that they hold. */

import { ACTIONS, nearest, type OcppVersion } from '@ocpp-logs/core';
import { type CommandForm, commandForms, type FormSchema } from '../../capture/commands/command-forms.ts';
import { UsageError } from '../command.ts';
import { table } from '../table.ts';

/** `A|B|C`, as long as it can be taken in at a glance. */
const CHOICES_WIDTH = 60;

export function formOf(version: OcppVersion, action: string): CommandForm {
  const forms = commandForms(version);
  const form = forms.find((known) => known.action === action);
  if (form !== undefined) return form;
  const versions = ACTIONS.get(action)?.versions ?? [];
  const meant = nearest(
    action,
    forms.map((known) => known.action),
  );
  const all = `ocpp-logs command --list --ocpp-version ${version} shows all`;
  const elsewhere = versions.length === 0 || versions.includes(version) ? null : versions.join(' and ');
  const hint =
    elsewhere === null ? (meant === null ? all : `did you mean ${meant}?`) : `it is one of ${elsewhere}`;
  throw new UsageError(`${action} is no action that a station of OCPP ${version} is called with; ${hint}`);
}

export function listText(version: OcppVersion, width: number): string {
  const rows = commandForms(version).map(({ action, request }) => [action, fieldsOf(request)]);
  return table(
    [
      { title: `OCPP ${version}`, whole: true },
      { title: 'fields, [optional]', whole: true },
    ],
    rows,
    width,
  );
}

export function actionText({ action, request }: CommandForm, version: OcppVersion, width: number): string {
  const rows = memberRows(request, '');
  const head = `${action}, OCPP ${version}\n`;
  if (rows.length === 0) return `${head}no fields\n`;
  return (
    head +
    table(
      [
        { title: 'field', whole: true },
        { title: 'type', whole: true },
        { title: 'meaning', yields: true },
      ],
      rows,
      width,
    )
  );
}

/** `type=Hard|Soft`; empty where nothing is required. */
export function requiredFields({ request }: CommandForm): string {
  const required = new Set(request.required);
  const members = Object.entries(request.properties ?? {}).filter(([name]) => required.has(name));
  return members.map(([name, member]) => `${name}=${shortType(member)}`).join(' ');
}

function fieldsOf(schema: FormSchema): string {
  return Object.entries(schema.properties ?? {})
    .map(([name, member]) => {
      const field = `${name}=${shortType(member)}`;
      return schema.required?.includes(name) === true ? field : `[${field}]`;
    })
    .join(' ');
}

function memberRows(schema: FormSchema, before: string): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    const need = schema.required?.includes(name) === true ? ', required' : '';
    const path = `${before}${name}`;
    const row = [path, `${longType(member)}${need}`, member.description ?? ''];
    const { items } = member;
    const inner = items === undefined ? memberRows(member, `${path}.`) : memberRows(items, `${path}[].`);
    return [row, ...inner];
  });
}

function shortType(schema: FormSchema): string {
  const choices = schema.enum?.join('|') ?? '';
  if (choices !== '') return choices.length <= CHOICES_WIDTH ? choices : `${schema.enum?.[0]}|...`;
  switch (schema.type) {
    case 'integer':
    case 'number':
      return 'N';
    case 'boolean':
      return 'true|false';
    case 'array':
      return schema.items?.type === 'object' ? '[{...}]' : 'A,B';
    case 'object':
      return '{...}';
    default:
      return schema.format === 'date-time' ? 'TIME' : 'TEXT';
  }
}

function longType(schema: FormSchema): string {
  if (schema.enum !== undefined) return schema.enum.join('|');
  const type = schema.format ?? schema.type;
  if (schema.items !== undefined) return `array of ${longType(schema.items)}`;
  const most = schema.maxLength === undefined ? '' : `, at most ${schema.maxLength} characters`;
  return `${type}${most}`;
}
