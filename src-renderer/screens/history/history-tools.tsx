import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { formatPercent } from '../../format/numbers.ts';
import { useConsole } from '../../state/context.tsx';
import type { Task } from '../../state/history-slice.ts';
import styles from './history-tools.module.css';
import { ReportDialog } from './report-dialog.tsx';
import { VerifyDialog } from './verify-dialog.tsx';

/** What can be done with the history as a whole. What was left to go on says on its button how far it is. */
export function HistoryTools() {
  const [open, setOpen] = useState<'verify' | 'report' | null>(null);
  const verification = useConsole((state) => state.verification);
  const report = useConsole((state) => state.report);
  const verify = useConsole((state) => state.verifyHistory);
  const close = () => setOpen(null);
  const verifyLabel = taskLabel(verification, 'Verify history', 'Verifying', 'Show verification');
  const reportLabel = taskLabel(report, 'Save report…', 'Writing report', 'Show report');
  return (
    <div className={styles.tools}>
      <Button
        size="small"
        icon="shield"
        title={verifyLabel}
        onClick={() => {
          setOpen('verify');
          if (verification.status === 'idle') void verify();
        }}
      >
        {verifyLabel}
      </Button>
      <Button size="small" icon="download" title={reportLabel} onClick={() => setOpen('report')}>
        {reportLabel}
      </Button>
      {open === 'verify' && <VerifyDialog onClose={close} />}
      {open === 'report' && <ReportDialog operation={null} onClose={close} />}
    </div>
  );
}

function taskLabel(task: Task<unknown>, idle: string, running: string, ended: string): string {
  if (task.status === 'idle') return idle;
  if (task.status !== 'running') return ended;
  return task.total === null ? running : `${running} ${formatPercent(task.checked, task.total)}`;
}
