/** The browser's time zone: its name, and how far ahead of UTC it is now, in minutes. */
export const zone = () => ({
  name: Intl.DateTimeFormat().resolvedOptions().timeZone,
  offset: -new Date().getTimezoneOffset(),
});
