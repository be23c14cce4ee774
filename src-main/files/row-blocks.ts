import type { OnRow, RowPlace } from './csv-rows.ts';

/** Told of each row with how many of its fields the file holds: those behind are empty. */
export type OnFilledRow = (fields: string[], place: RowPlace, held: number) => void;

/** So many rows at a time a spreadsheet writes, the header among the first. */
const blockRows = 16;

/**
 * Fills up rows that are shorter than the header where the last columns were left out as Excel does: of a whole block of
 * rows, because they are empty in all of them. Other short rows are told as they are: a row in which a line end stands
 * without quotes is one, and the last one of a file that was cut off.
 */
export function fillBlocks(width: number, tell: OnFilledRow): { onRow: OnRow; end(): void } {
  let count = 1;
  let blockWidth: number | null = width;
  let isEven = true;
  let short: { readonly fields: string[]; readonly place: RowPlace }[] = [];

  function asTheyAre(): void {
    for (const { fields, place } of short) tell(fields, place, fields.length);
    short = [];
  }

  function filled(): void {
    const rows = short;
    short = [];
    for (const { fields, place } of rows)
      tell([...fields, ...Array<string>(width - fields.length).fill('')], place, fields.length);
  }

  return {
    onRow(fields, place) {
      if (count % blockRows === 0) {
        filled();
        blockWidth = null;
        isEven = true;
      }
      count += 1;
      blockWidth ??= fields.length;
      if (fields.length !== blockWidth || place.hasBadQuote) {
        isEven = false;
        asTheyAre();
      }
      if (!isEven || fields.length >= width) return tell(fields, place, fields.length);
      const text = place.text();
      short.push({ fields, place: { ...place, text: () => text } });
    },
    end() {
      const last = short.at(-1);
      if (last?.place.isEnded === false) {
        short.pop();
        filled();
        return tell(last.fields, last.place, last.fields.length);
      }
      filled();
    },
  };
}
