/** The parts of a workbook around its sheets. Source: ECMA-376 Part 1, 18 (SpreadsheetML), and Part 2 (packaging). */

export const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
export const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const SHEET_ML = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const SHEET_NAME = 'OCPP logs';

/** Places in `cellXfs` of {@link stylesXml}. */
export const STYLES = { plain: 0, time: 1, header: 2 } as const;

/** `place` counts from 0. */
export const sheetPath = (place: number): string => `xl/worksheets/sheet${place + 1}.xml`;

const sheetName = (place: number): string => (place === 0 ? SHEET_NAME : `${SHEET_NAME} ${place + 1}`);

/** `ranges`: of each sheet that which its filter covers. */
export function workbookXml(ranges: readonly string[]): string {
  const sheets = ranges.map(
    (_, place) => `<sheet name="${sheetName(place)}" sheetId="${place + 1}" r:id="rId${place + 1}"/>`,
  );
  const filters = ranges.map((range, place) => {
    const absolute = range.replace(/([A-Z]+)(\d+)/g, '$$$1$$$2');
    return `<definedName name="_xlnm._FilterDatabase" localSheetId="${place}" hidden="1">'${sheetName(place)}'!${absolute}</definedName>`;
  });
  return `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><bookViews><workbookView/></bookViews><sheets>${sheets.join('')}</sheets><definedNames>${filters.join('')}</definedNames></workbook>`;
}

export function workbookRelations(sheets: number): string {
  const relations = Array.from({ length: sheets }, (_, place) =>
    relation(place + 1, 'worksheet', `worksheets/sheet${place + 1}.xml`),
  );
  return relationsXml([...relations, relation(sheets + 1, 'styles', 'styles.xml')]);
}

export const packageRelations = (): string =>
  relationsXml([relation(1, 'officeDocument', 'xl/workbook.xml')]);

function relation(id: number, type: string, target: string): string {
  return `<Relationship Id="rId${id}" Type="${OFFICE}/${type}" Target="${target}"/>`;
}

function relationsXml(relations: readonly string[]): string {
  return `${XML}<Relationships xmlns="${PACKAGE}/relationships">${relations.join('')}</Relationships>`;
}

export function contentTypes(sheets: number): string {
  const override = (path: string, type: string) =>
    `<Override PartName="/${path}" ContentType="${SHEET_ML}.${type}+xml"/>`;
  const parts = Array.from({ length: sheets }, (_, place) => override(sheetPath(place), 'worksheet'));
  return `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${override('xl/workbook.xml', 'sheet.main')}${override('xl/styles.xml', 'styles')}${parts.join('')}</Types>`;
}

/** Formats up to 163 are built in (18.8.30). */
const TIME_FORMAT = 164;

export function stylesXml(): string {
  const plainFont = '<font><sz val="11"/><name val="Calibri"/></font>';
  const boldFont = '<font><b/><sz val="11"/><name val="Calibri"/></font>';
  const cell = (format: number, font: number) =>
    `<xf numFmtId="${format}" fontId="${font}" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>`;
  return `${XML}<styleSheet xmlns="${MAIN}"><numFmts count="1"><numFmt numFmtId="${TIME_FORMAT}" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss.000"/></numFmts><fonts count="2">${plainFont}${boldFont}</fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3">${cell(0, 0)}${cell(TIME_FORMAT, 0)}${cell(0, 1)}</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`;
}
