// The order of groups and items that a reader prefers, kept in his browser for each account and vault. It holds ids only. Whatever the
// storage gives back is taken for what it is: text that anybody may have written there.
const most = { groups: 200, items: 600, closed: 200 };
const key = (account, vault) => `vaultportal.order.${account}.${vault}`;

const ids = (list, limit) =>
  Array.isArray(list) ? list.filter((id) => /^([0-9a-f]{24}|none)$/.test(id)).slice(0, limit) : [];

function clean(order) {
  return Object.fromEntries(Object.entries(most).map(([name, limit]) => [name, ids(order?.[name], limit)]));
}

export function read(account, vault) {
  try {
    return clean(JSON.parse(localStorage.getItem(key(account, vault))));
  } catch {
    // Storage is switched off, or holds something else: no order of one's own.
    return clean(null);
  }
}

export function write(account, vault, order) {
  const kept = clean(order);
  try {
    if (Object.values(kept).some((list) => list.length > 0)) localStorage.setItem(key(account, vault), JSON.stringify(kept));
    else localStorage.removeItem(key(account, vault));
  } catch {
    // Storage is switched off or full: the order lasts for this page.
  }
}
