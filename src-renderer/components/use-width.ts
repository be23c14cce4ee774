import { type RefCallback, useCallback, useState } from 'react';

/** How wide an element is, in px, as soon as it stands and whenever that changes. */
export function useWidth(): [RefCallback<HTMLElement>, number] {
  const [widthPx, setWidthPx] = useState(0);
  const element = useCallback((one: HTMLElement) => {
    const measure = () => setWidthPx(one.clientWidth);
    // At once: what follows from it is not drawn twice.
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(one);
    return () => observer.disconnect();
  }, []);
  return [element, widthPx];
}
