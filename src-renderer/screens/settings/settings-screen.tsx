import type { ReactNode } from 'react';
import type { Settings } from '../../../src-shared/contract/app.ts';
import { useConsole } from '../../state/context.tsx';
import { BackupsPart } from './backups-part.tsx';
import { ChoiceGroup } from './choice-group.tsx';
import { LimitsPart } from './limits-part.tsx';
import { Part } from './part.tsx';
import { PeoplePart } from './people-part.tsx';
import { RetentionPart } from './retention-part.tsx';
import styles from './settings-screen.module.css';

const themes: readonly { value: Settings['theme']; label: string; help: string }[] = [
  { value: 'system', label: 'System', help: 'Follows your computer' },
  { value: 'light', label: 'Light', help: 'Dark text on white' },
  { value: 'dark', label: 'Dark', help: 'Light text on black' },
];
const densities: readonly { value: Settings['density']; label: string; help: string }[] = [
  { value: 'compact', label: 'Compact', help: 'More records at once' },
  { value: 'comfortable', label: 'Comfortable', help: 'More room between the lines' },
];

/** How the window looks, how the workspace is looked after, and what it is. Changes are in effect at once. */
export function SettingsScreen() {
  const settings = useConsole((state) => state.settings);
  const updateSettings = useConsole((state) => state.updateSettings);
  // Only a console with a server can be used by others.
  const isServed = useConsole((state) => state.info?.host === 'browser');
  return (
    <section aria-label="Settings" className={styles.screen}>
      <h1>Settings</h1>
      <Part title="Appearance">
        <ChoiceGroup
          legend="Theme"
          choices={themes}
          value={settings.theme}
          onChange={(theme) => void updateSettings({ theme })}
        />
        <ChoiceGroup
          legend="Row height"
          choices={densities}
          value={settings.density}
          onChange={(density) => void updateSettings({ density })}
        />
      </Part>
      <RetentionPart />
      <LimitsPart />
      <BackupsPart />
      {isServed && <PeoplePart />}
      <About />
    </section>
  );
}

const hostWords = {
  electron: 'Desktop application',
  browser: 'Browser, over a server on this computer',
} as const;

function About() {
  const info = useConsole((state) => state.info);
  if (!info) return null;
  return (
    <Part title="About">
      <dl className={styles.facts}>
        <Fact term="Bulkhead">Version {info.version}</Fact>
        <Fact term="Runs as">{hostWords[info.host]}</Fact>
        <Fact term="Workspace">{info.workspace.name}</Fact>
        <Fact term="Kept in">
          <span className={styles.path}>{info.workspace.path}</span>
        </Fact>
        <Fact term="You">{info.actor}, as the history names you</Fact>
      </dl>
    </Part>
  );
}

function Fact({ term, children }: { readonly term: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </>
  );
}
