import type { Result } from './bench.ts';

const begin = '<!-- written by `npm run bench -- --write` -->';
const end = '<!-- end -->';

/** The results in columns, for the screen; with a verdict where they are judged. */
export function asText(results: readonly Result[], isJudged: boolean): string {
  const verdict = ({ ok, limit }: Result) => (isJudged && limit !== null ? (ok ? 'ok' : 'MISSED') : '');
  const cells = results.map((result) => [...cellsOf(result), verdict(result)]);
  const all = [['benchmark', 'measured', 'ratio', 'limit', ''], ...cells];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length))) ?? [];
  const lines = all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

/** The results as a table of a page, with what sets each of them. */
export function asMarkdown(results: readonly Result[]): string {
  const rows = results.map((result) => [...cellsOf(result), result.why]);
  return [
    ['what', 'measured', 'ratio', 'limit', 'what sets it'],
    ['---', '---', '---', '---', '---'],
    ...rows,
  ]
    .map((row) => `| ${row.join(' | ')} |\n`)
    .join('');
}

/** The page with its table replaced. */
export function withTable(page: string, table: string): string {
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`the page has no ${begin} … ${end}`);
  return `${before}${begin}\n${table}${end}${after}`;
}

function cellsOf({ name, value, unit, ratio, limit, isLeast }: Result): string[] {
  return [
    name,
    `${value} ${unit}`,
    ratio === null ? '' : `${ratio} ×`,
    limit === null ? '' : `${isLeast ? '≥' : '≤'} ${limit} ${ratio === null ? unit : '×'}`,
  ];
}
