import { collections } from '../../src-shared/collections/index.ts';
import { formatNumber } from '../../src-shared/domain/number-words.ts';
import type { Remote } from '../../src-shared/domain/remote.ts';
import type { IconName } from '../components/icon.tsx';
import { chosenCount } from '../state/selection.ts';
import type { ConsoleState } from '../state/store.ts';
import { places } from './places.ts';

export interface PaletteCommand {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly icon: IconName;
  readonly run: () => void;
}

/** What can be done now, the likeliest first: for the chosen records, then places, filters and looks. */
export function paletteCommands(state: ConsoleState): readonly PaletteCommand[] {
  const count = chosenCount(state.chosen);
  const forChosen = state.actions
    .filter(
      (action) =>
        count > 0 && action.collection === state.collection && action.forDeleted === state.filter.deleted,
    )
    .map(
      (action): PaletteCommand => ({
        id: `action/${action.name}`,
        label: action.label,
        hint: `${formatNumber(count)} selected`,
        icon: 'play',
        run: () => state.openOverlay({ kind: 'action', action: action.name }),
      }),
    );
  const filters = state.settings.savedFilters.map(
    (saved): PaletteCommand => ({
      id: `filter/${saved.collection}/${saved.name}`,
      label: `Filter: ${saved.name}`,
      hint: saved.text,
      icon: 'bookmark',
      run: () => {
        state.goTo(saved.collection);
        state.setFilterText(saved.text);
      },
    }),
  );
  return [
    ...forChosen,
    ...places.map(
      ({ screen, label, icon }): PaletteCommand => ({
        id: screen,
        label: `Go to ${label}`,
        icon,
        run: () => state.goTo(screen),
      }),
    ),
    {
      id: 'import',
      label:
        state.collection === 'tickets'
          ? 'Import a file'
          : `Update ${collections[state.collection].many} from a file`,
      icon: 'upload',
      run: () => void state.importFile(),
    },
    ...(state.remotes ?? []).flatMap((remote) => remoteCommands(state, remote)),
    ...filters,
    {
      id: 'rail',
      label: state.isRailOpen ? 'Fold operations' : 'Open operations',
      icon: 'panel',
      run: () => state.setRailOpen(!state.isRailOpen),
    },
    {
      id: 'dark',
      label: 'Dark theme',
      icon: 'settings',
      run: () => void state.updateSettings({ theme: 'dark' }),
    },
    {
      id: 'light',
      label: 'Light theme',
      icon: 'settings',
      run: () => void state.updateSettings({ theme: 'light' }),
    },
    {
      id: 'system',
      label: 'Theme of the system',
      icon: 'settings',
      run: () => void state.updateSettings({ theme: 'system' }),
    },
    {
      id: 'shortcuts',
      label: 'Keyboard shortcuts',
      icon: 'keyboard',
      run: () => state.openOverlay({ kind: 'shortcuts' }),
    },
  ];
}

/** What can be done about a remote from anywhere. */
function remoteCommands(state: ConsoleState, remote: Remote): readonly PaletteCommand[] {
  const { id, name, isOffline, conflicts } = remote;
  const turn: PaletteCommand = {
    id: `remote/${id}/offline`,
    label: isOffline ? `Go online with ${name}` : `Go offline with ${name}`,
    icon: isOffline ? 'play' : 'offline',
    run: () => void state.setRemoteOffline(id, !isOffline),
  };
  const decide: PaletteCommand = {
    id: `remote/${id}/conflicts`,
    label: `Decide conflicts with ${name}`,
    hint: formatNumber(conflicts),
    icon: 'warning',
    run: () => state.openConflicts({ remoteId: id }),
  };
  return conflicts > 0 ? [decide, turn] : [turn];
}

/** The commands in which every word typed occurs, those that begin with it first. */
export function matchingCommands(
  commands: readonly PaletteCommand[],
  typed: string,
): readonly PaletteCommand[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const fitting = commands.filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)));
  const begins = ({ label }: PaletteCommand) => label.toLowerCase().startsWith(words[0] ?? '');
  return [...fitting.filter(begins), ...fitting.filter((command) => !begins(command))];
}
