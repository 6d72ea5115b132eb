// The bell rests while its tab is hidden.
document.addEventListener("visibilitychange", () => {
  const detail = { hidden: document.hidden };
  document.querySelector("[data-bell]")?.dispatchEvent(new CustomEvent("tabvisibility", { bubbles: true, detail }));
});
