import type { CollectionRecord } from '../../src-shared/collections/record.ts';

/** Rows are fetched and kept in blocks of this many. */
export const blockRows = 200;
const keptBlocks = 60;

export type Blocks = ReadonlyMap<number, readonly CollectionRecord[]>;

interface Range {
  readonly from: number;
  readonly to: number;
}

/** The block that holds a row. */
function blockOf(index: number): number {
  return Math.floor(index / blockRows);
}

/** The record at a position, or undefined while it is not loaded. */
export function recordIn(blocks: Blocks, index: number): CollectionRecord | undefined {
  return blocks.get(blockOf(index))?.[index % blockRows];
}

/** Where a record stands among the rows that are loaded. */
export function indexIn(blocks: Blocks, id: number | null | undefined): number | undefined {
  for (const [block, records] of blocks) {
    const at = records.findIndex((record) => record.id === id);
    if (at >= 0) return block * blockRows + at;
  }
  return undefined;
}

/** The blocks that a stretch of rows touches, within the total. */
export function blocksOf(range: Range, total: number): readonly number[] {
  const to = Math.min(range.to, total);
  const blocks: number[] = [];
  for (let block = blockOf(Math.max(0, range.from)); block * blockRows < to; block += 1) blocks.push(block);
  return blocks;
}

/** With a block put in. Records that did not change keep their identity, so that their rows are not drawn again. */
export function withBlock(blocks: Blocks, block: number, records: readonly CollectionRecord[]): Blocks {
  const before = blocks.get(block);
  const merged = before ? records.map((record, index) => keepSame(before[index], record)) : records;
  return new Map(blocks).set(block, merged);
}

function keepSame(before: CollectionRecord | undefined, now: CollectionRecord): CollectionRecord {
  if (!before || before.id !== now.id || before.version !== now.version) return now;
  return before.updatedAt === now.updatedAt && before.deletedAt === now.deletedAt ? before : now;
}

/** Without the blocks farthest from sight, when there are too many. */
export function keepNear(blocks: Blocks, visible: Range): Blocks {
  if (blocks.size <= keptBlocks) return blocks;
  const middle = blockOf((visible.from + visible.to) / 2);
  const near = [...blocks].sort(([a], [b]) => Math.abs(a - middle) - Math.abs(b - middle));
  return new Map(near.slice(0, keptBlocks));
}
