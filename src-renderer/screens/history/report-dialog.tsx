import { useState } from 'react';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { lasting } from '../../bridge/error-dto.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { SelectField, TextField } from '../../components/field.tsx';
import { formatBytes } from '../../format/numbers.ts';
import { useConsole } from '../../state/context.tsx';
import type { Report } from '../../state/history-slice.ts';
import { useWhenBack } from '../../state/use-when-back.ts';
import styles from './report-dialog.module.css';
import { reportName } from './report-name.ts';
import { TaskProgress } from './task-progress.tsx';
import { VerificationResult } from './verification-result.tsx';

type Format = 'json' | 'csv';

const formatHelp: Readonly<Record<Format, string>> = {
  json: 'All of it with its checksums. Can be checked without Bulkhead.',
  csv: 'One row for each record, for a spreadsheet.',
};

interface ReportDialogProps {
  /** Null is a report on the whole history. */
  readonly operation: Operation | null;
  readonly onClose: () => void;
}

/** Writes what was done to a file that somebody signs off. Closed, it goes on being written. */
export function ReportDialog({ operation, onClose }: ReportDialogProps) {
  const task = useConsole((state) => state.report);
  const about = useConsole((state) => state.reportSubject);
  const save = useConsole((state) => state.saveReport);
  const forget = useConsole((state) => state.forgetTask);
  const actor = useConsole((state) => state.info?.actor ?? '');
  const openHistoryAt = useConsole((state) => state.openHistoryAt);
  const [format, setFormat] = useState<Format>('json');
  // Who one is may be known only after the dialog was opened.
  const [typed, setSignedBy] = useState<string | null>(null);
  const signedBy = typed ?? actor;
  const name = signedBy.trim();
  useWhenBack(() => {
    if (task.status === 'failed' && !lasting(task.error)) forget('report');
  });
  const close = () => {
    onClose();
    forget('report');
  };
  const request = { id: operation?.id ?? null, format, signedBy: name };
  /** One report is written at a time; what came of it is read wherever one is asked for. */
  const isOther = task.status !== 'idle' && about !== request.id;

  return (
    <Dialog
      title={operation ? 'Save a report on this operation' : 'Save a report on the whole history'}
      description={operation?.title}
      className={styles.dialog}
      onClose={close}
      footer={
        <Footer
          status={isOther ? 'idle' : task.status}
          canSave={name !== '' && task.status !== 'running'}
          onSave={() => void save(request, reportName(operation, format, Date.now()))}
          onClose={close}
        />
      }
    >
      {(isOther || task.status === 'idle' || task.status === 'failed') && (
        <>
          <SelectField
            label="Format"
            help={formatHelp[format]}
            value={format}
            onChange={({ target }) => setFormat(target.value as Format)}
          >
            <option value="json">JSON</option>
            <option value="csv">CSV</option>
          </SelectField>
          <TextField
            label="Signed by"
            help="Written into the report and into the history."
            maxLength={120}
            value={signedBy}
            error={name === '' ? 'Say who signs it off.' : undefined}
            onChange={({ target }) => setSignedBy(target.value)}
          />
        </>
      )}
      {isOther && (
        <h3>{about === null ? 'The report on the whole history' : `The report on operation ${about}`}</h3>
      )}
      {task.status === 'failed' && <ErrorNotice error={task.error} />}
      {task.status === 'running' && <TaskProgress label="Writing the report" task={task} />}
      {task.status === 'done' && (
        <Saved
          report={task.result}
          onOpen={(id) => {
            close();
            openHistoryAt(id);
          }}
        />
      )}
    </Dialog>
  );
}

interface FooterProps {
  readonly status: 'idle' | 'running' | 'done' | 'failed';
  readonly canSave: boolean;
  readonly onSave: () => void;
  readonly onClose: () => void;
}

function Footer({ status, canSave, onSave, onClose }: FooterProps) {
  if (status === 'running') return <Button onClick={onClose}>Continue in the background</Button>;
  if (status === 'done') {
    return (
      <Button variant="primary" onClick={onClose}>
        Close
      </Button>
    );
  }
  return (
    <>
      <Button onClick={onClose}>Back</Button>
      <Button variant="primary" icon="download" disabled={!canSave} onClick={onSave}>
        Save report
      </Button>
    </>
  );
}

function Saved({ report, onOpen }: { readonly report: Report; readonly onOpen: (id: number) => void }) {
  return (
    <>
      <p role="status" className={styles.saved}>
        Saved to <span className={styles.path}>{report.path}</span>, {formatBytes(report.bytes)}.
      </p>
      <VerificationResult result={report.verification} onOpen={onOpen} />
    </>
  );
}
