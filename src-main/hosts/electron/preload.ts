import { contextBridge, ipcRenderer } from 'electron';

// Nothing of Electron reaches the page: two functions, and only copies of plain data pass through them.
contextBridge.exposeInMainWorld('bulkhead', {
  request: (message: { readonly name: string; readonly input: unknown }) =>
    ipcRenderer.invoke('bulkhead:request', { name: message.name, input: message.input }),
  subscribe: (listener: (message: { readonly name: string; readonly payload: unknown }) => void) => {
    const onEvent = (_event: unknown, { name, payload }: { name: string; payload: unknown }) =>
      listener({ name, payload });
    ipcRenderer.on('bulkhead:event', onEvent);
    return () => {
      ipcRenderer.removeListener('bulkhead:event', onEvent);
    };
  },
});
