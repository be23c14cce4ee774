import { ActionForm } from '../components/action-form/action-form.tsx';
import { ImportSheet } from '../screens/import/import-sheet.tsx';
import { PreviewSheet } from '../screens/preview/preview-sheet.tsx';
import { RecordPanel } from '../screens/record/record-panel.tsx';
import { useConsole } from '../state/context.tsx';
import type { Overlay } from '../state/route-slice.ts';
import styles from './overlays.module.css';
import { Palette } from './palette.tsx';
import { Shortcuts } from './shortcuts.tsx';

/** The dialog or sheet that lies over the screen; under a preview, what led to it waits unseen as it was left. */
export function Overlays() {
  const overlay = useConsole((state) => state.overlay);
  const beneath = useConsole((state) => state.beneath);
  const shown = [beneath, overlay].filter(({ kind }) => kind !== 'none');

  return shown.map((one) => (
    <div key={keyOf(one)} className={one === overlay ? undefined : styles.beneath}>
      <OverlayPanel overlay={one} />
    </div>
  ));
}

function keyOf(overlay: Overlay): string {
  switch (overlay.kind) {
    case 'action':
      return `action/${overlay.action}`;
    case 'preview':
      return `preview/${overlay.operation.id}`;
    case 'record':
      return `record/${overlay.collection}/${overlay.id}`;
    default:
      return overlay.kind;
  }
}

function OverlayPanel({ overlay }: { readonly overlay: Overlay }) {
  const close = useConsole((state) => state.closeOverlay);
  const action = useConsole((state) =>
    overlay.kind === 'action'
      ? state.actions.find(
          ({ collection, name }) => collection === state.collection && name === overlay.action,
        )
      : undefined,
  );
  switch (overlay.kind) {
    case 'none':
      return null;
    case 'action':
      return action ? <ActionForm action={action} onClose={close} /> : null;
    case 'preview':
      return <PreviewSheet operation={overlay.operation} />;
    case 'import':
      return <ImportSheet collection={overlay.collection} file={overlay.file} onClose={close} />;
    case 'record':
      return <RecordPanel collection={overlay.collection} id={overlay.id} onClose={close} />;
    case 'palette':
      return <Palette onClose={close} />;
    case 'shortcuts':
      return <Shortcuts onClose={close} />;
  }
}
