import 'react';

declare module 'react' {
  interface CSSProperties {
    /** Custom properties reach the styles through the object model, which the page's policy allows. */
    [name: `--${string}`]: string | number | undefined;
  }
}
