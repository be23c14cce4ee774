import { contextBridge, ipcRenderer } from 'electron';
import { eventChannel, requestChannel } from './channels.ts';

// Asked of the process that the page runs in, whatever its window was made with. A page that is not kept apart gets nothing.
if (!process.sandboxed || !process.contextIsolated) {
  throw new Error(
    'Bulkhead does not run with its protection weakened (its page is not kept apart from the system).',
  );
}

// Nothing of Electron reaches the page: two functions, and only copies of plain data pass through them.
contextBridge.exposeInMainWorld('bulkhead', {
  request: (message: { readonly name: string; readonly input: unknown }) =>
    ipcRenderer.invoke(requestChannel, { name: message.name, input: message.input }),
  subscribe: (listener: (message: { readonly name: string; readonly payload: unknown }) => void) => {
    const onEvent = (_event: unknown, { name, payload }: { name: string; payload: unknown }) =>
      listener({ name, payload });
    ipcRenderer.on(eventChannel, onEvent);
    return () => {
      ipcRenderer.removeListener(eventChannel, onEvent);
    };
  },
});
