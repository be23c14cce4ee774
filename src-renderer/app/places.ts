import { type CollectionName, collectionNames, collections } from '../../src-shared/collections/index.ts';
import type { IconName } from '../components/icon.tsx';
import type { Screen } from '../state/route-slice.ts';

interface Place {
  readonly screen: Screen;
  readonly label: string;
  readonly icon: IconName;
  /** The letter that leads there after "g". */
  readonly key: string;
}

const collectionKeys: Readonly<Record<CollectionName, string>> = {
  tickets: 't',
  sessions: 'e',
  videos: 'v',
  orders: 'o',
};

/** Where one can go, in the order of the bar at the side. */
export const places: readonly Place[] = [
  ...collectionNames.map((name) => ({
    screen: name,
    label: collections[name].label,
    icon: name,
    key: collectionKeys[name],
  })),
  { screen: 'schedules', label: 'Schedules', icon: 'clock', key: 'c' },
  { screen: 'remotes', label: 'Remotes', icon: 'remote', key: 'r' },
  { screen: 'history', label: 'History', icon: 'history', key: 'h' },
  { screen: 'settings', label: 'Settings', icon: 'settings', key: 's' },
];
