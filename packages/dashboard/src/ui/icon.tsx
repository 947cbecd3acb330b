/** Line drawings of 16 by 16; each stands beside words or in a control that has a name. */

const PATHS = {
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.6-1.4L14 14',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 4.8V8l2.2 1.6',
  close: 'm4 4 8 8M12 4l-8 8',
  check: 'm3 8.5 3.2 3L13 4.5',
  down: 'm4 6 4 4 4-4',
  up: 'm4 10 4-4 4 4',
  right: 'm6 4 4 4-4 4',
  left: 'm10 4-4 4 4 4',
  refresh: 'M13 4v3h-3M3 12V9h3M12.4 7A4.8 4.8 0 0 0 4 5M3.6 9A4.8 4.8 0 0 0 12 11',
  share: 'M9 3h4v4M13 3 7.5 8.5M11.5 9.5V12a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V5.500a1 1 0 0 1 1-1h2.5',
  download: 'M8 2.500v7.500m0 0 3-3m-3 3-3-3M3 13h10',
  columns: 'M3 3h10v10H3zM6.3 3v10M9.7 3v10',
  sun: 'M8 10.600a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.200ZM8 1.800v1.400M8 12.800v1.400M1.8 8h1.400M12.8 8h1.400M3.6 3.600l1 1M11.4 11.400l1 1M12.4 3.600l-1 1M4.6 11.400l-1 1',
  moon: 'M13 9.500A5.5 5.5 0 0 1 6.5 3 5.5 5.5 0 1 0 13 9.500Z',
  screen: 'M2.5 3.500h11v7h-11zM6 13.500h4M8 10.500v3',
  filter: 'M2.5 4h11M4.5 8h7M6.5 12h3',
  keyboard: 'M2 4.500h12v7H2zM4.5 7h.01M7 7h.01M9 7h.01M11.5 7h.01M5.5 9.300h5',
  copy: 'M5.5 5.500v-3h8v8h-3M2.5 5.500h8v8h-8z',
  link: 'M7 9a2.5 2.5 0 0 0 3.6.100l2-2A2.5 2.5 0 0 0 9 3.500l-.8.800M9 7a2.5 2.5 0 0 0-3.6-.100l-2 2A2.5 2.5 0 0 0 7 12.500l.8-.8',
  toCsms: 'M2.5 8h10m0 0-3-3m3 3-3 3',
  toStation: 'M13.5 8h-10m0 0 3-3m-3 3 3 3',
  alert: 'M8 2.5 14 13H2L8 2.500ZM8 6.500V9M8 11h.01',
  pause: 'M5.5 3.500v9M10.5 3.500v9',
  play: 'M5 3.500v9l7-4.5-7-4.500Z',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  more: 'M3.500 8h.01M8 8h.01M12.5 8h.01',
  only: 'M8 11.500a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM8 1.500v3M8 11.500v3M1.5 8h3M11.5 8h3',
  table: 'M2.5 3.500h11v9h-11zM2.5 6.500h11M2.5 9.500h11M6.5 6.500v6',
  around: 'M8 2.500v11M4 5 8 2.5 12 5M4 11l4 2.5 4-2.5',
  site: 'M3 13.500V3.500h6v10M9 6.500h4v7M2 13.500h12M5 6h2M5 8.500h2M5 11h2M11 9v.01M11 11v.01',
  plug: 'M6 2v4M10 2v4M4.500 6h7v2.500a3.500 3.500 0 0 1-7 0ZM8 12v2.500',
  bookmark: 'M4.5 2.500h7v11L8 10.500l-3.5 3v-11Z',
  user: 'M8 8a2.6 2.6 0 1 0 0-5.200A2.6 2.6 0 0 0 8 8ZM3 13.500c.5-2.5 2.5-3.8 5-3.800s4.5 1.3 5 3.8',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
