import { useEffect, useState } from 'react';
import type { Schedule, Template } from '../../../src-shared/domain/schedule.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { PlanningProgress } from '../../components/planning-progress.tsx';
import { SkeletonRows } from '../../components/skeleton.tsx';
import { useConsole } from '../../state/context.tsx';
import { ScheduleDialog } from './schedule-dialog.tsx';
import styles from './schedules.module.css';
import { SchedulesTable } from './schedules-table.tsx';
import { TemplatesTable } from './templates-table.tsx';

type Open =
  | { readonly kind: 'schedule'; readonly template: Template; readonly schedule: Schedule | null }
  | { readonly kind: 'delete'; readonly template: Template };

/** Operations to be made again: by hand from their templates, or by themselves at their time. */
export function SchedulesScreen() {
  const templates = useConsole((state) => state.templates);
  const schedules = useConsole((state) => state.schedules);
  const load = useConsole((state) => state.loadSchedules);
  const isPlanning = useConsole((state) => state.isPlanning);
  const [open, setOpen] = useState<Open | null>(null);
  useEffect(() => void load(), [load]);
  const close = () => setOpen(null);

  const edit = (schedule: Schedule) => {
    const template = templates?.find(({ id }) => id === schedule.templateId);
    if (template) setOpen({ kind: 'schedule', template, schedule });
  };

  return (
    <section aria-label="Schedules" className={styles.screen}>
      <h1>Schedules</h1>
      {(!templates || !schedules) && <SkeletonRows rows={6} />}
      {templates?.length === 0 && <NoTemplate />}
      {schedules && schedules.length > 0 && <SchedulesTable schedules={schedules} onEdit={edit} />}
      {templates && templates.length > 0 && (
        <>
          {schedules?.length === 0 && (
            <p className={styles.hint}>Nothing runs by itself. Choose “Schedule…” beside a template.</p>
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
    </section>
  );
}

function NoTemplate() {
  const goTo = useConsole((state) => state.goTo);
  return (
    <EmptyState
      icon="clock"
      title="No operation is kept to be made again"
      actions={<Button onClick={() => goTo('tickets')}>Go to tickets</Button>}
    >
      Choose records, choose an action, and “Save as template…” instead of “Preview”. A template runs again
      whenever you like, or by itself on a schedule.
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
  return (
    <Dialog
      role="alertdialog"
      title={`Delete “${template.name}”?`}
      description={`${schedules > 0 ? 'It will not run on its schedule any more. ' : ''}What it did stays in the history.`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Back</Button>
          <Button
            variant="danger"
            onClick={() => {
              onClose();
              void remove(template.id);
            }}
          >
            Delete template
          </Button>
        </>
      }
    />
  );
}
