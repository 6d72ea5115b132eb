// Runs before the first paint (a blocking script in the head), so that no page flashes in the wrong theme.
(() => {
  const root = document.documentElement;
  try {
    const theme = localStorage.getItem("vaultportal.theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    if (localStorage.getItem("vaultportal.nav") === "icons") root.dataset.nav = "icons";
  } catch {
    // Storage is switched off: the system's theme it is.
  }
})();
