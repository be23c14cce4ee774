import { type FormEvent, useEffect, useState } from 'react';
import type { ErrorDto } from '../../../src-shared/contract/errors.ts';
import type { Schedule, Template } from '../../../src-shared/domain/schedule.ts';
import { toErrorDto } from '../../bridge/error-dto.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { SelectField, TextField } from '../../components/field.tsx';
import { useNow } from '../../components/use-now.ts';
import { formatMoment } from '../../format/times.ts';
import { useBridge, useConsole } from '../../state/context.tsx';
import { useFailure } from '../../state/use-failure.ts';
import {
  monthDays,
  newRepeat,
  type RepeatDraft,
  repeatKinds,
  repeatOf,
  scheduleTimes,
  timeZones,
  weekdays,
  zoneHere,
} from './repeat.ts';
import styles from './schedules.module.css';

interface ScheduleDialogProps {
  readonly template: Template;
  /** Null for a new one. */
  readonly schedule: Schedule | null;
  readonly onClose: () => void;
}

const shownRuns = 3;
/** Of typing, after which a pattern is taken to be complete. */
const pauseMs = 400;

/** When a template is to run. The next runs are shown while one chooses. */
export function ScheduleDialog({ template, schedule, onClose }: ScheduleDialogProps) {
  const save = useConsole((state) => state.saveSchedule);
  const [draft, setDraft] = useState(() => (schedule ? repeatOf(schedule) : newRepeat(zoneHere())));
  const [error, setError] = useFailure();
  const nowMs = useNow();
  const times = scheduleTimes(draft);
  const next = useNextRuns(times?.cron ?? null, draft.timeZone);
  const wrong = error ?? next.error;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!times) return;
    try {
      await save({
        ...(schedule && { id: schedule.id }),
        templateId: template.id,
        ...times,
        timeZone: draft.timeZone,
        isActive: schedule?.isActive ?? true,
      });
      onClose();
    } catch (reason) {
      setError(toErrorDto(reason));
    }
  };

  return (
    <Dialog
      title={schedule ? 'Change when it runs' : 'Run on a schedule'}
      description={`${template.name}. Each run takes the records that match at that time and starts without a preview. Bulkhead must be open then.`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Back</Button>
          <Button type="submit" form="schedule-form" variant="primary" disabled={times === null}>
            Save schedule
          </Button>
        </>
      }
    >
      <form id="schedule-form" className={styles.form} onSubmit={submit} noValidate>
        <RepeatFields
          draft={draft}
          onChange={(changed) => {
            setDraft(changed);
            setError(null);
          }}
        />
        {next.runs.length > 0 && (
          <p className={styles.next} role="status">
            {draft.timeZone === zoneHere() ? 'Next:' : 'Next, by the clock here:'}{' '}
            {next.runs
              .slice(0, shownRuns)
              .map((at) => formatMoment(at, nowMs))
              .join(' · ')}
          </p>
        )}
        {wrong && <ErrorNotice error={wrong} />}
      </form>
    </Dialog>
  );
}

interface RepeatFieldsProps {
  readonly draft: RepeatDraft;
  readonly onChange: (draft: RepeatDraft) => void;
}

function RepeatFields({ draft, onChange }: RepeatFieldsProps) {
  const set = (change: Partial<RepeatDraft>) => onChange({ ...draft, ...change });
  const hasTime = draft.kind !== 'once' && draft.kind !== 'pattern';
  return (
    <>
      <SelectField
        label="Repeat"
        value={draft.kind}
        onChange={({ target }) => set({ kind: target.value as RepeatDraft['kind'] })}
      >
        {repeatKinds.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </SelectField>
      {draft.kind === 'once' && (
        <TextField
          label="At"
          type="datetime-local"
          value={draft.moment}
          onChange={({ target }) => set({ moment: target.value })}
        />
      )}
      {draft.kind === 'week' && (
        <SelectField
          label="On"
          value={draft.weekday}
          onChange={({ target }) => set({ weekday: target.value })}
        >
          {weekdays.map((name, day) => (
            <option key={name} value={day}>
              {name}
            </option>
          ))}
        </SelectField>
      )}
      {draft.kind === 'month' && (
        <SelectField
          label="On day"
          help="Up to 28, which every month has."
          value={draft.monthDay}
          onChange={({ target }) => set({ monthDay: target.value })}
        >
          {monthDays.map((day) => (
            <option key={day}>{day}</option>
          ))}
        </SelectField>
      )}
      {hasTime && (
        <TextField
          label="At"
          type="time"
          value={draft.time}
          onChange={({ target }) => set({ time: target.value })}
        />
      )}
      {draft.kind === 'pattern' && (
        <TextField
          label="Pattern"
          help="Minute, hour, day of the month, month, day of the week: 30 7 * * 1-5"
          autoComplete="off"
          value={draft.pattern}
          onChange={({ target }) => set({ pattern: target.value })}
        />
      )}
      {draft.kind !== 'once' && (
        <SelectField
          label="Time zone"
          value={draft.timeZone}
          onChange={({ target }) => set({ timeZone: target.value })}
        >
          {timeZones(draft.timeZone).map((zone) => (
            <option key={zone} value={zone}>
              {zone.replaceAll('_', ' ')}
            </option>
          ))}
        </SelectField>
      )}
    </>
  );
}

interface NextRuns {
  readonly runs: readonly number[];
  readonly error: ErrorDto | null;
}

const noRuns: NextRuns = { runs: [], error: null };

/** The next runs of a pattern, or what is wrong with it, once one has stopped typing. Nothing for none. */
function useNextRuns(cron: string | null, timeZone: string): NextRuns {
  const bridge = useBridge();
  const connection = useConsole((state) => state.connection);
  const asked = `${cron} ${timeZone}`;
  const [next, setNext] = useState({ ...noRuns, asked });
  useEffect(() => {
    if (cron === null || connection !== 'connected') return;
    let isWanted = true;
    const answer = (found: NextRuns) => isWanted && setNext({ ...found, asked });
    const timer = setTimeout(() => {
      bridge.request('schedules.preview', { cron, timeZone }).then(
        ({ nextAt }) => answer({ runs: nextAt, error: null }),
        (reason: unknown) => answer({ runs: [], error: toErrorDto(reason) }),
      );
    }, pauseMs);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [bridge, cron, timeZone, asked, connection]);
  return next.asked === asked ? next : noRuns;
}
