// What the elements that hold values share: a closed shadow root that no event with a key in it leaves.

// These are "composed": without this, any ancestor that listens would send each key to the server.
const silenced = [
  "keydown", "keypress", "keyup", "beforeinput", "input", "change", "select", "textInput",
  "compositionstart", "compositionupdate", "compositionend",
  "paste", "copy", "cut",
  "dragstart", "drag", "dragend", "dragenter", "dragover", "dragleave", "drop",
];

// The page's own styles, so that colours, spacing and type have one source.
const styles = new CSSStyleSheet();
const source = [...document.querySelectorAll("link[rel=stylesheet]")].find((link) => /portal[^/]*\.css/.test(link.href));
await styles.replace(await (await fetch(source.href)).text());

/** Gives the element its closed root. Escape and Tab leave it as events of their own that carry nothing. */
export function seal(host) {
  const root = host.attachShadow({ mode: "closed" });
  root.adoptedStyleSheets = [styles];
  for (const name of silenced) root.addEventListener(name, (event) => event.stopPropagation());
  root.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(root.activeElement?.tagName ?? "");
    if (event.key === "Escape" && !typing && !root.querySelector("dialog[open]")) {
      host.dispatchEvent(new CustomEvent("sealedescape", { bubbles: true }));
    } else if (event.key === "Tab") {
      host.dispatchEvent(new CustomEvent("sealedtab", { bubbles: true }));
    } else if (event.key === "s" && (event.ctrlKey || event.metaKey) && root.activeElement?.form) {
      event.preventDefault();
      root.activeElement.form.requestSubmit();
    }
  });
  return root;
}

/** Tells the circuit something: ids, versions and counts only. */
export function tell(host, name, detail = {}) {
  host.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
}

/** Makes an element. Members that begin with "on" are listeners, false and null attributes are left out, strings become text. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

const drawings = {
  show: "M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8M8 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4",
  hide: "M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8M2.5 13.5l11-11",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  download: "M8 2.5v8M4.5 7.5 8 11l3.5-3.5M2.5 13.5h11",
  warning: "M8 2 14.5 13.5h-13zM8 6.3v3.4M8 11.7v.1",
  lock: "M3.5 7h9v6.5h-9zM5.3 7V5a2.7 2.7 0 0 1 5.4 0v2",
  person: "M8 2.5a2.75 2.75 0 1 0 0 5.5 2.75 2.75 0 0 0 0-5.5M2.8 13.5c.6-2.4 2.6-3.7 5.2-3.7s4.6 1.3 5.2 3.7",
  agent: "M3 6h10v7H3zM8 6V3M6.2 9v1M9.8 9v1M7 2.8h2",
  unlock: "M3.5 7h9v6.5h-9zM5.3 7V5a2.7 2.7 0 0 1 5.2-1",
  dice: "M2.5 2.5h11v11h-11zM5.5 5.5h.1M10.5 5.5h.1M8 8h.1M5.5 10.5h.1M10.5 10.5h.1",
  key: "M5.2 7.6a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4M7.2 8.4 13 2.6M10.6 5l2 2",
  check: "M3 8.5 6.5 12 13 4.5",
  clock: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M8 4.8V8l2.2 1.6",
  plus: "M8 3v10M3 8h10",
  upload: "M8 11V3M4.5 6.5 8 3l3.5 3.5M2.5 13.5h11",
  refresh: "M13 8a5 5 0 1 1-1.6-3.7M13 2.5v3h-3",
  "no-access": "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M3.8 3.8l8.4 8.4",
  close: "M4 4l8 8M12 4l-8 8",
  edit: "M3 13l.7-3L10.5 3.2l2.3 2.3L6 12.3zM9 4.7l2.3 2.3",
  check: "M3 8.5 6.5 12 13 4.5",
  trash: "M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.6 9h6.8l.6-9M6.8 7v4M9.2 7v4",
  history: "M2.7 8a5.3 5.3 0 1 0 1.7-3.9M2.5 2.5v3h3M8 5v3l2 1.4",
  undo: "M5.5 3 2.5 6l3 3M2.5 6h7a4 4 0 0 1 0 8H6",
  grip: "M6 3.5h.1M6 8h.1M6 12.5h.1M10 3.5h.1M10 8h.1M10 12.5h.1",
  more: "M3.5 8h.1M8 8h.1M12.5 8h.1",
  up: "M8 13V3M4 7l4-4 4 4",
  down: "M8 3v10M4 9l4 4 4-4",
  open: "M9 2.5h4.5V7M13.5 2.5 7.5 8.5M6.5 3.5h-4v10h10v-4",
  expired: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4",
  "shield-check": "M8 1.8 13 3.6v4c0 3.2-2 5.5-5 6.7-3-1.2-5-3.5-5-6.7v-4zM5.6 8 7.3 9.7 10.6 6.2",
  "shield-off": "M8 1.8 13 3.6v4c0 3.2-2 5.5-5 6.7-3-1.2-5-3.5-5-6.7v-4zM6 6l4 4M10 6l-4 4",
  text: "M3 4V3h10v1M8 3v10M6.3 13h3.4",
  password: "M2 5h12v6H2zM4.8 8h.1M8 8h.1M11.2 8h.1",
  secret: "M3.5 7h9v6.5h-9zM5.3 7V5a2.7 2.7 0 0 1 5.4 0v2M8 9.5v1.5",
  url: "M6.7 9.3a2.5 2.5 0 0 0 3.6 0l2.4-2.4a2.5 2.5 0 0 0-3.6-3.6l-.9.9M9.3 6.7a2.5 2.5 0 0 0-3.6 0L3.3 9.1a2.5 2.5 0 0 0 3.6 3.6l.9-.9",
  number: "M6.3 2.5 5 13.5M11 2.5 9.7 13.5M3 6h10.5M2.5 10H13",
  totp: "M8 3.5a5 5 0 1 0 0 10 5 5 0 0 0 0-10M8 5.8v2.7l1.7 1.2M6.3 1.5h3.4",
  file: "M3.5 2h6l3 3v9h-9zM9.5 2v3h3",
  print: "M4.5 6V2.5h7V6M4.5 11.5h-2V6h11v5.5h-2M4.5 9.5h7v4h-7z",
};

/** An icon of the page's set: it never carries meaning alone. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", drawings[name]);
  svg.append(path);
  return svg;
}
