import { useEffect, useState } from 'react';
import type { Schedule, Template } from '../../../src-shared/domain/schedule.ts';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { PlanningProgress } from '../../components/planning-progress.tsx';
import { SkeletonRows } from '../../components/skeleton.tsx';
import { useConsole } from '../../state/context.tsx';
import { repeatOf, repeatWords, zoneHere } from './repeat.ts';
import { ScheduleDialog } from './schedule-dialog.tsx';
import styles from './schedules.module.css';
import { SchedulesTable } from './schedules-table.tsx';
import { TemplatesTable } from './templates-table.tsx';

type Open =
  | { readonly kind: 'schedule'; readonly template: Template; readonly schedule: Schedule | null }
  | { readonly kind: 'delete'; readonly template: Template }
  | { readonly kind: 'delete_schedule'; readonly schedule: Schedule };

/** Operations to be made again: by hand from their templates, or by themselves at their time. */
export function SchedulesScreen() {
  const templates = useConsole((state) => state.templates);
  const schedules = useConsole((state) => state.schedules);
  const load = useConsole((state) => state.loadSchedules);
  const isPlanning = useConsole((state) => state.isPlanning);
  const isConnected = useConsole((state) => state.connection === 'connected');
  // While the console is away, the window says so above.
  const error = useConsole((state) => (isConnected ? state.schedulesError : null));
  const [open, setOpen] = useState<Open | null>(null);
  useEffect(() => {
    if (isConnected) void load();
  }, [load, isConnected]);
  const close = () => setOpen(null);

  const edit = (schedule: Schedule) => {
    const template = templates?.find(({ id }) => id === schedule.templateId);
    if (template) setOpen({ kind: 'schedule', template, schedule });
  };

  return (
    <section aria-label="Schedules" className={styles.screen}>
      <h1>Schedules</h1>
      {error && (
        <ErrorNotice error={error} actions={<Button onClick={() => void load()}>Try again</Button>} />
      )}
      {!error && (!templates || !schedules) && <SkeletonRows rows={6} />}
      {templates?.length === 0 && <NoTemplate />}
      {schedules && schedules.length > 0 && (
        <SchedulesTable
          schedules={schedules}
          onEdit={edit}
          onDelete={(schedule) => setOpen({ kind: 'delete_schedule', schedule })}
        />
      )}
      {templates && templates.length > 0 && (
        <>
          {schedules?.length === 0 && (
            <p className={styles.hint}>Nothing is scheduled yet. Press “Schedule…” beside a template.</p>
          )}
          <h2>Templates</h2>
          <TemplatesTable
            templates={templates}
            onSchedule={(template) => setOpen({ kind: 'schedule', template, schedule: null })}
            onDelete={(template) => setOpen({ kind: 'delete', template })}
          />
          {isPlanning && <PlanningProgress />}
        </>
      )}
      {open?.kind === 'schedule' && (
        <ScheduleDialog template={open.template} schedule={open.schedule} onClose={close} />
      )}
      {open?.kind === 'delete' && (
        <DeleteTemplate
          template={open.template}
          schedules={(schedules ?? []).filter(({ templateId }) => templateId === open.template.id).length}
          onClose={close}
        />
      )}
      {open?.kind === 'delete_schedule' && <DeleteSchedule schedule={open.schedule} onClose={close} />}
    </section>
  );
}

function NoTemplate() {
  const goTo = useConsole((state) => state.goTo);
  return (
    <EmptyState
      icon="clock"
      title="No templates yet"
      actions={<Button onClick={() => goTo('tickets')}>Go to tickets</Button>}
    >
      Select records, choose an action, and press “Save as template…” instead of “Preview”. You can run a
      template whenever you like, or on a schedule.
    </EmptyState>
  );
}

interface DeleteTemplateProps {
  readonly template: Template;
  /** How many go with it. */
  readonly schedules: number;
  readonly onClose: () => void;
}

function DeleteTemplate({ template, schedules, onClose }: DeleteTemplateProps) {
  const remove = useConsole((state) => state.deleteTemplate);
  const stops = schedules > 0 ? 'It will not run on its schedule any more. ' : '';
  return (
    <ConfirmDialog
      title={`Delete “${template.name}”?`}
      description={`${stops}What it did stays in the history.`}
      button="Delete template"
      onConfirm={() => {
        onClose();
        void remove(template.id);
      }}
      onClose={onClose}
    />
  );
}

interface DeleteScheduleProps {
  readonly schedule: Schedule;
  readonly onClose: () => void;
}

function DeleteSchedule({ schedule, onClose }: DeleteScheduleProps) {
  const remove = useConsole((state) => state.deleteSchedule);
  const words = repeatWords(repeatOf(schedule), zoneHere());
  return (
    <ConfirmDialog
      title={`Delete the schedule of “${schedule.templateName}”?`}
      description={`${words}: it will not run any more. The template is kept, and what it did stays in the history.`}
      button="Delete schedule"
      onConfirm={() => {
        onClose();
        void remove(schedule.id);
      }}
      onClose={onClose}
    />
  );
}
