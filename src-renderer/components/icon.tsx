const paths = {
  sessions: 'M2.5 3.5h11v7h-6l-3 2.5v-2.5h-2zM5 6h6M5 8.5h4',
  videos: 'M2 4.5h8.5v7H2zM10.5 7l3.5-2v6l-3.5-2z',
  orders: 'M2.5 5h11l-1 8h-9zM5.5 7V4.5a2.5 2.5 0 0 1 5 0V7',
  tickets: 'M2.5 4.5h11v2a1.5 1.5 0 0 0 0 3v2h-11v-2a1.5 1.5 0 0 0 0-3zM9.5 4.5v7',
  history: 'M3 3.5v3h3M3.2 6.5a5 5 0 1 1-.2 2.6M8 5.5V8l2 1.5',
  settings: 'M2.5 4.5h5M10.5 4.5h3M9 3v3M2.5 11.5h2M7.5 11.5h6M6 10v3',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.4 10.4l3.1 3.1',
  close: 'M4 4l8 8M12 4l-8 8',
  check: 'M3 8.5l3.2 3.2L13 4.8',
  chevronDown: 'M4 6l4 4 4-4',
  chevronRight: 'M6 4l4 4-4 4',
  chevronLeft: 'M10 4L6 8l4 4',
  arrowUp: 'M8 13V3.5M4.5 7L8 3.5 11.5 7',
  arrowDown: 'M8 3v9.5M4.5 9L8 12.5 11.5 9',
  arrowRight: 'M3 8h9.5M9 4.5L12.5 8 9 11.5',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  columns: 'M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10',
  filter: 'M2.5 4h11M4.5 8h7M6.5 12h3',
  bookmark: 'M4.5 2.5h7v11L8 10.6l-3.5 2.9z',
  upload: 'M8 10.5v-8M4.8 5.5L8 2.5l3.2 3M2.5 10.5v3h11v-3',
  download: 'M8 2.5v8M4.8 7.5L8 10.5l3.2-3M2.5 10.5v3h11v-3',
  play: 'M5 3.2v9.6l8-4.8z',
  pause: 'M5.2 3.5v9M10.8 3.5v9',
  stop: 'M4 4h8v8H4z',
  undo: 'M6 3L3 6l3 3M3.2 6H9a3.7 3.7 0 0 1 0 7.4H5.5',
  pin: 'M5.500 2.500h5l-.7 4.200 2.200 2.300v1H4v-1l2.200-2.300zM8 10v4',
  copy: 'M5.500 5.500h8v8h-8zM10.500 5.500v-3h-8v8h3',
  shield: 'M8 2.200l5 1.800v4c0 3-2 5-5 6-3-1-5-3-5-6V4zM5.700 8l1.700 1.700 3-3.400',
  chart: 'M2.500 13.500h11M4.500 11V8M8 11V3.500M11.500 11V6',
  retry: 'M13 3.5v3h-3M12.8 6.5a5 5 0 1 0 .2 2.6',
  trash: 'M3 4.5h10M6.2 4.5v-2h3.6v2M4.5 4.5l.6 9h5.8l.6-9M7 7v4M9 7v4',
  warning: 'M8 2.6l6 10.8H2zM8 6.6v3.2M8 11.6v.1',
  error: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 5v3.6M8 10.8v.1',
  info: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 7.4v3.4M8 5.2v.1',
  done: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM5.4 8.2l1.8 1.8 3.5-3.8',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.8V8l2.2 1.6',
  skip: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM5.5 8h5',
  file: 'M4 2.5h5l3 3v8H4zM9 2.5v3h3',
  folder: 'M2.5 4h4l1.2 1.5h5.8v7.5h-11z',
  comment: 'M2.5 3.5h11v7.5H8.2L5 13.5V11H2.5z',
  person: 'M8 8a2.6 2.6 0 1 0 0-5.2A2.6 2.6 0 0 0 8 8zM3 13.5c.4-2.6 2.4-4 5-4s4.600 1.400 5 4',
  flag: 'M4 14V2.500M4 3h8l-1.800 2.700L12 8.500H4',
  tag: 'M2.500 2.500h5l6 6-5 5-6-6zM5.300 5.300v.1',
  status: 'M8 13.500a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11zM8 2.500v11',
  more: 'M3.500 8v.1M8 8v.1M12.500 8v.1',
  keyboard: 'M1.500 4h13v8h-13zM4 6.500v.1M6.700 6.500v.1M9.300 6.500v.1M12 6.500v.1M5 9.500h6',
  panel: 'M2.500 3h11v10h-11zM10 3v10',
  refresh: 'M13 3.500v3h-3M12.800 6.500a5 5 0 1 0 .2 2.600',
  remote: 'M2.500 9.500h11v4h-11zM5 11.500v.1M8 9.500V7M4 5.500a5.700 5.700 0 0 1 8 0M6 7.400a3 3 0 0 1 4 0',
  offline:
    'M2.500 2.500l11 11M4 7a6 6 0 0 1 2-1.200M9 5.600A6 6 0 0 1 12 7M6 9.600a3 3 0 0 1 1.500-.7M8 12v.1',
} as const;
export type IconName = keyof typeof paths;

/** One of the 16 px outline icons. Silent to screen readers: a word always stands beside it. */
export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={paths[name]} />
    </svg>
  );
}
