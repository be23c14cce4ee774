/** Asks for one file with the browser's own dialog; null when it was closed without one. */
export function chooseLocalFile(): Promise<File | null> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.hidden = true;
    const settle = (file: File | null) => {
      input.remove();
      resolve(file);
    };
    input.addEventListener('change', () => settle(input.files?.[0] ?? null));
    input.addEventListener('cancel', () => settle(null));
    // In the page, so that tools that hand files to inputs can find it.
    document.body.append(input);
    input.click();
  });
}
