/** Names under which exports and API pages hold their list of records. */

const LIST =
  /log|messag|event|record|row|entr|item|result|trace|frame|content|history|^(data|values?|list|hits)$/i;
/** Also where the list is empty: a record of its own may well hold an empty list called `result`. */
const LIST_EVEN_EMPTY =
  /^(ocpp_?logs?|ocpp_?messages?|logs|messages|events|records|rows|entries|items|results|data)$/i;
/** Members that hold the object that holds the list. */
const HOLDER = /^(data|results|page|hits|_embedded)$/i;

export const isList = (name: string): boolean => LIST.test(name);
export const isListEvenEmpty = (name: string): boolean => LIST_EVEN_EMPTY.test(name);
export const holdsList = (name: string): boolean => HOLDER.test(name);

/** Of the member whose value begins behind `text`; '' where none does. */
export function nameBefore(text: string): string {
  return /"([^"\\]{1,60})"\s*:\s*$/.exec(text)?.[1] ?? '';
}
