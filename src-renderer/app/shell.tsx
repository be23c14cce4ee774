import { useEffect } from 'react';
import { Button } from '../components/button.tsx';
import { ErrorNotice } from '../components/error-notice.tsx';
import { HistoryScreen } from '../screens/history/history-screen.tsx';
import { OperationsRail } from '../screens/operations/operations-rail.tsx';
import { RecordsScreen } from '../screens/records/records-screen.tsx';
import { RemotesScreen } from '../screens/remotes/remotes-screen.tsx';
import { SchedulesScreen } from '../screens/schedules/schedules-screen.tsx';
import { SettingsScreen } from '../screens/settings/settings-screen.tsx';
import { useConsole } from '../state/context.tsx';
import { isCollection } from '../state/route-slice.ts';
import { BackupNotice } from './backup-notice.tsx';
import { ConnectionNotice, OpeningNotice, Unauthorized } from './connection.tsx';
import { EndedNews } from './ended-news.tsx';
import { NavBar } from './nav-bar.tsx';
import { Overlays } from './overlays.tsx';
import { RecoveryBanner } from './recovery-banner.tsx';
import { ReplacedNotice } from './replaced-notice.tsx';
import styles from './shell.module.css';
import { useKeptFocus } from './use-kept-focus.ts';
import { useShortcuts } from './use-shortcuts.ts';

/** The window: the navigation, the present screen, and the operations in progress. */
export function Shell() {
  const screen = useConsole((state) => state.screen);
  const connection = useConsole((state) => state.connection);
  const workspaceEpoch = useConsole((state) => state.workspaceEpoch);
  useTheme();
  useShortcuts();
  useKeptFocus();

  if (connection === 'unauthorized') return <Unauthorized />;
  return (
    <div className={styles.shell}>
      <NavBar />
      <main className={styles.main}>
        <ConnectionNotice />
        <ReplacedNotice />
        <RecoveryBanner />
        <BackupNotice />
        <Notice />
        <div key={workspaceEpoch} className={styles.screen}>
          <OpeningNotice />
          {isCollection(screen) && <RecordsScreen key={screen} />}
          {screen === 'schedules' && <SchedulesScreen />}
          {screen === 'remotes' && <RemotesScreen />}
          {screen === 'history' && <HistoryScreen />}
          {screen === 'settings' && <SettingsScreen />}
        </div>
      </main>
      <OperationsRail />
      <EndedNews />
      <Overlays />
    </div>
  );
}

function Notice() {
  const notice = useConsole((state) => state.notice);
  const dismiss = useConsole((state) => state.dismissNotice);
  if (!notice) return null;
  return (
    <div className={styles.notice}>
      <ErrorNotice
        error={notice}
        actions={
          <Button variant="ghost" size="small" icon="close" aria-label="Close message" onClick={dismiss} />
        }
      />
    </div>
  );
}

function useTheme(): void {
  const theme = useConsole((state) => state.settings.theme);
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  }, [theme]);
}
