import { countOf } from '../../../src-shared/domain/number-words.ts';
import type { Schedule, ScheduledRun } from '../../../src-shared/domain/schedule.ts';
import { Button } from '../../components/button.tsx';
import { SwitchField } from '../../components/field.tsx';
import { useNow } from '../../components/use-now.ts';
import { formatExact, formatMoment } from '../../format/times.ts';
import { useConsole } from '../../state/context.tsx';
import { repeatOf, repeatWords, zoneHere } from './repeat.ts';
import styles from './schedules.module.css';

interface SchedulesTableProps {
  readonly schedules: readonly Schedule[];
  readonly onEdit: (schedule: Schedule) => void;
  readonly onDelete: (schedule: Schedule) => void;
}

/** One line per schedule: when, what comes next, and what became of the last run. */
export function SchedulesTable({ schedules, onEdit, onDelete }: SchedulesTableProps) {
  const save = useConsole((state) => state.saveSchedule);
  const showNotice = useConsole((state) => state.showNotice);
  const nowMs = useNow();

  const setActive = async (schedule: Schedule, isActive: boolean) => {
    const { id, templateId, cron, startAt, timeZone } = schedule;
    try {
      await save({ id, templateId, cron, startAt, timeZone, isActive });
    } catch (error) {
      showNotice(error);
    }
  };

  return (
    <div className={styles.scroller} tabIndex={0} role="group" aria-label="Schedules">
      <table className={styles.table}>
        <caption className="visually-hidden">What runs by itself, and when</caption>
        <thead>
          <tr>
            <th scope="col">Template</th>
            <th scope="col">When</th>
            <th scope="col">Next run</th>
            <th scope="col">Last run</th>
            <th scope="col">On</th>
            <th scope="col">
              <span className="visually-hidden">Change or delete</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {schedules.map((schedule) => (
            <tr key={schedule.id}>
              <th scope="row">
                <bdi>{schedule.templateName}</bdi>
              </th>
              <td>
                {repeatWords(repeatOf(schedule), zoneHere())}
                {schedule.cron === null && schedule.startAt !== null && `, ${formatExact(schedule.startAt)}`}
              </td>
              <td>{schedule.nextAt === null ? '–' : formatMoment(schedule.nextAt, nowMs)}</td>
              <td>
                <LastRun run={schedule.lastRun} nowMs={nowMs} />
                {schedule.missed > 0 && (
                  <div className={styles.missed}>
                    {countOf(schedule.missed, 'run', 'runs')} missed since it was last saved
                  </div>
                )}
              </td>
              <td>
                <SwitchField
                  label={`Run ${schedule.templateName} on this schedule`}
                  isLabelHidden
                  checked={schedule.isActive}
                  onCheckedChange={(isActive) => void setActive(schedule, isActive)}
                />
              </td>
              <td className={styles.buttons}>
                <div className={styles.buttonLine}>
                  <Button size="small" onClick={() => onEdit(schedule)}>
                    Change
                  </Button>
                  <Button
                    size="small"
                    variant="ghost"
                    icon="trash"
                    aria-label={`Delete the schedule of ${schedule.templateName}`}
                    onClick={() => onDelete(schedule)}
                  />
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const outcomeWords: Readonly<Record<ScheduledRun['outcome'], string>> = {
  started: 'Started',
  nothing_to_do: 'Nothing to do',
  refused: 'Not started',
  missed: 'Missed',
};

function LastRun({ run, nowMs }: { readonly run: ScheduledRun | null; readonly nowMs: number }) {
  const openHistoryAt = useConsole((state) => state.openHistoryAt);
  if (!run) return <>–</>;
  const { operationId } = run;
  const words = `${outcomeWords[run.outcome]}, ${formatMoment(run.at, nowMs)}`;
  return (
    <>
      {operationId === null ? (
        words
      ) : (
        <button type="button" className={styles.link} onClick={() => openHistoryAt(operationId)}>
          {words}
        </button>
      )}
      {run.message !== '' && <div className={styles.why}>{run.message}</div>}
    </>
  );
}
