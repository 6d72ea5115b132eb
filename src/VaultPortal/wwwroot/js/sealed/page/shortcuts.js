// The page's own shortcuts while the focus is inside a closed root, which no key leaves: what they do is done from here.
const within = 1000;
let prefix = -Infinity;

export const isTyping = (element) => element !== null && element !== undefined
  && (element.isContentEditable || (/^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) && !/^(checkbox|radio|button|file)$/.test(element.type)));

/** Does what the page does with a key that was pressed outside of a text; answers whether it was one of its own. */
export function pageShortcut(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const afterG = performance.now() - prefix < within;
  prefix = -Infinity;
  const target = afterG ? document.querySelector(`[data-go="${CSS.escape(event.key)}"]`)
    : event.key === "?" ? document.querySelector("[data-shortcuts]") : null;
  if (target) target.click();
  else if (!afterG && event.key === "g") prefix = performance.now();
  else if (!afterG && event.key === "/") return focusSearch(event);
  else return false;
  event.preventDefault();
  return true;
}

function focusSearch(event) {
  const search = document.querySelector("[data-search]");
  if (search === null) return false;
  event.preventDefault();
  search.focus();
  search.select();
  return true;
}
