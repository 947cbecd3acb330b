import { useEffect } from 'react';

const NAME = 'ocpp-logs';

/** Of the tab: the most particular part first (WCAG 2.4.2). Empty parts are left out. */
export function useTitle(...parts: readonly string[]): void {
  const title = [...parts, NAME].filter((part) => part !== '').join(' · ');
  useEffect(() => {
    document.title = title;
    return () => {
      document.title = NAME;
    };
  }, [title]);
}
