import type { RecordComment } from '../../../src-shared/collections/record.ts';
import type { ErrorDto } from '../../../src-shared/contract/errors.ts';
import type { RequestOutput } from '../../../src-shared/contract/index.ts';
import { toErrorDto } from '../../bridge/error-dto.ts';

type CommentPage = RequestOutput<'records.comments'>;

export interface CommentView extends CommentPage {
  /** Why they, or earlier ones, could not be read. */
  readonly error: ErrorDto | null;
}

export interface CommentReader {
  /** Reads the shown comments again, so that added and hidden ones are seen. */
  refresh(): void;
  /** Reads the page before what is shown. */
  showEarlier(): void;
  /** Answers that are still on their way are thrown away. */
  close(): void;
}

/** Comments on one record from the latest backwards, page by page; one request at a time. `load` reads those before an id. */
export function createCommentReader(
  load: (before: number | undefined) => Promise<CommentPage>,
  show: (view: CommentView) => void,
): CommentReader {
  let page: CommentPage = { comments: [], hasEarlier: false };
  let turn = Promise.resolve();
  let isClosed = false;
  let isRefreshDue = false;

  function inTurn(read: () => Promise<CommentPage>): void {
    turn = turn.then(async () => {
      if (isClosed) return;
      let error: ErrorDto | null = null;
      try {
        page = await read();
      } catch (reason) {
        error = toErrorDto(reason);
      }
      if (!isClosed) show({ ...page, error });
    });
  }

  async function readAgain(): Promise<CommentPage> {
    isRefreshDue = false;
    const oldest = page.comments[0]?.id;
    let read = await load(undefined);
    while (read.hasEarlier && oldest !== undefined && isAfter(read.comments[0], oldest))
      read = joined(await load(read.comments[0]?.id), read);
    return read;
  }

  return {
    refresh() {
      // One that waits for its turn sees all that happens until then.
      if (isRefreshDue) return;
      isRefreshDue = true;
      inTurn(readAgain);
    },
    showEarlier() {
      inTurn(async () => (page.hasEarlier ? joined(await load(page.comments[0]?.id), page) : page));
    },
    close() {
      isClosed = true;
    },
  };
}

function isAfter(comment: RecordComment | undefined, id: number): boolean {
  return comment !== undefined && comment.id > id;
}

function joined(earlier: CommentPage, later: CommentPage): CommentPage {
  return { comments: [...earlier.comments, ...later.comments], hasEarlier: earlier.hasEarlier };
}
