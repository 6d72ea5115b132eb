// <sealed-actions>: the dialogs of a page about vaults. Buttons outside ask for one by an event that carries ids only; it opens the
// dialog and no more. What is signed is typed, shown and agreed to in here.
import { make, seal, tell } from "../../sealed.js";
import { ChoiceField, ExpiryField, Missing, TextField } from "../../form-fields.js";
import { Client } from "../client/client.js";
import { newId } from "../bytes.js";
import { SealedError } from "../errors.js";
import { ComparisonField, ownWords } from "./comparison.js";
import { Operation } from "./operation.js";
import { namesOf, planRekey } from "./rekey.js";
import { SigningDialog } from "./signing-dialog.js";

const classifications = [["PUBLIC", "Public"], ["INTERNAL", "Internal"], ["CONFIDENTIAL", "Confidential"], ["CUI", "CUI"]];
const isId = (value) => typeof value === "string" && /^[0-9a-f]{24}$/.test(value);
const items = (count) => (count === 1 ? "1 item" : `${count} items`);

export function defineVaultActions(session) {
  customElements.define("sealed-actions", class extends HTMLElement {
    #dialog = new SigningDialog(seal(this), session);
    #listening = null;

    connectedCallback() {
      this.#listening = new AbortController();
      const { signal } = this.#listening;
      document.addEventListener("vaultportal:sealed-action", ({ detail }) => this.#asked(detail), { signal });
    }

    disconnectedCallback() {
      this.#listening.abort();
      this.#dialog.end();
    }

    async #asked(detail) {
      const asked = checked(detail);
      if (asked === null || this.#dialog.isOpen) return;
      const { title, needsKey = true, plan } = actions[asked.action];
      if (needsKey && !(await session.unlock())) return;
      if (this.#dialog.isOpen || !this.isConnected) return;
      const done = await this.#dialog.open({ title, needsKey, load: (watch) => plan(session, asked, watch) });
      if (done?.saved) tell(this, "sealedsaved", { kind: asked.action, ...done.saved });
    }
  });
}

/** Anybody on the page may raise the event: only what has the right form is looked at. */
function checked(detail) {
  const { action, vault = null, ids = [], group = null, item = null } = detail ?? {};
  if (!Object.hasOwn(actions, action) || !Array.isArray(ids) || ids.length > 10_000) return null;
  if (![vault, group, item].every((id) => id === null || isId(id)) || !ids.every(isId)) return null;
  const all = [...new Set(item === null ? ids : [...ids, item])];
  const { of } = actions[action];
  if (of === "vaults" && all.length === 0 && vault === null) return null;
  if ((of === "items" && all.length === 0) || (of !== "vaults" && of !== "nothing" && vault === null)) return null;
  if (of === "group" && group === null) return null;
  return { action, vault, group, ids: of === "vaults" && all.length === 0 ? [vault] : all };
}

const actions = {
  "create-vault": { of: "nothing", title: "New vault", plan: planCreate },
  "edit-vault": { of: "vault", title: "Name and classification", plan: planEdit },
  "archive-vault": { of: "vaults", title: "Archive the vault", plan: (...all) => planState(...all, archiving) },
  "archive-vaults": { of: "vaults", title: "Archive vaults", plan: (...all) => planState(...all, archiving) },
  "restore-vault": { of: "vaults", title: "Restore the vault", plan: (...all) => planState(...all, restoring) },
  "restore-vaults": { of: "vaults", title: "Restore vaults", plan: (...all) => planState(...all, restoring) },
  "rekey-vault": { of: "vault", title: "Rekey the vault", plan: (session, { vault }) => planRekey(session, vault) },
  "create-group": { of: "vault", title: "New group", plan: planCreateGroup },
  "rename-group": { of: "group", title: "Rename the group", plan: planRenameGroup },
  "archive-group": { of: "group", title: "Archive the group", plan: planArchiveGroup },
  "move-items": { of: "items", title: "Move items", plan: planMove },
  "archive-items": { of: "items", title: "Archive items", plan: planArchiveItems },
  "restore-items": { of: "items", title: "Restore items", plan: planRestoreItems },
  "expire-items": { of: "items", title: "Expiry", needsKey: false, plan: planExpiry },
};

/** Opens and verifies the vault for one write to it. */
async function open(session, vaultId) {
  const operation = new Operation(session);
  return { operation, vault: await operation.client.openVault(vaultId) };
}

function nameField(name, label, value = "") {
  const field = new TextField(name, label, { value, required: true, maxlength: 255, hint: "255 characters at most. The server knows names; never put a value into one." });
  const read = field.read.bind(field);
  field.read = () => {
    const text = read().trim();
    if (text === "") throw new Missing(field, "Fill this in.");
    return text;
  };
  return field;
}

async function planCreate(session) {
  const operation = new Operation(session);
  const id = newId();
  const { id: me } = await operation.client.principal();
  // Those of other devices open the vault too. Which they are is the server's word, and would be a way to slip one in.
  const others = session.keys.filter((key) => key.state === "active" && key.id !== session.keyId);
  const comparison = new ComparisonField();
  if (others.length > 0) await comparison.show(me, "you", others, ownWords);
  return {
    title: "New vault",
    names: new Map([[me, "You"]]),
    fields: [
      nameField("name", "Name"),
      new ChoiceField("classification", "Classification", [["", "None"], ...classifications], { hint: "It can be changed later, but not taken away." }),
      comparison,
    ],
    verb: "Sign and create",
    operations: ({ name, classification, comparison: compared = [] }) => [{
      operation,
      async run() {
        const known = await compared;
        if (known === null) throw new SealedError("Say of each of your other keys whether it is yours: they will open this vault too.");
        operation.client.ownerFingerprints = known;
        await operation.client.createVault({ id, name, dataClassification: classification || null });
      },
    }],
    saved: () => ({ id, version: 1, ids: [id] }),
  };
}

async function planEdit(session, { vault: vaultId }) {
  const { operation, vault } = await open(session, vaultId);
  const none = vault.dataClassification === null ? [["", "None"]] : [];
  return {
    title: `Name and classification of “${vault.name}”`,
    vaults: [vault],
    fields: [
      nameField("name", "Name", vault.name),
      new ChoiceField("classification", "Classification", [...none, ...classifications], { value: vault.dataClassification ?? "" }),
    ],
    verb: "Sign and save",
    names: namesOf(vault),
    nothing: "Name and classification are as they were.",
    operations: ({ name, classification }) => [{
      operation,
      async run() {
        if (name === vault.name && (classification || null) === vault.dataClassification) return;
        await vault.update({ name, dataClassification: classification || null });
      },
    }],
    saved: () => ({ id: vault.id, version: vault.checkpoints.directory.version, ids: [vault.id] }),
  };
}

const archiving = {
  run: (vault) => vault.archive(),
  one: (name) => `Archive “${name}”?`,
  many: (count) => `Archive ${count} vaults?`,
  verb: "Sign and archive",
  bad: true,
  follows: "Nobody can read it until somebody with ADMIN restores it. Nothing is erased.",
  typed: (vaults) => (vaults.length === 1 ? vaults[0].name : `archive ${vaults.length}`),
};

const restoring = {
  run: (vault) => vault.restore(),
  one: (name) => `Restore “${name}”?`,
  many: (count) => `Restore ${count} vaults?`,
  verb: "Sign and restore",
  bad: false,
  follows: "Its members can read it again, at the levels that they had.",
  typed: () => undefined,
};

async function planState(session, { ids }, { onread }, change) {
  const opened = [];
  for (const [index, id] of ids.entries()) {
    if (ids.length > 1) onread({ count: index, total: ids.length });
    opened.push(await open(session, id));
  }
  const vaults = opened.map(({ vault }) => vault);
  return {
    title: vaults.length === 1 ? change.one(vaults[0].name) : change.many(vaults.length),
    vaults,
    said: [make("p", {}, change.follows), ...vaults.map((vault) => readersOf(vault, vaults.length > 1))],
    typed: change.typed(vaults),
    verb: change.verb,
    bad: change.bad,
    names: new Map(vaults.flatMap((vault) => [...namesOf(vault)])),
    operations: () => opened.map(({ operation, vault }) => ({ operation, run: async () => { await change.run(vault); return vault.id; } })),
    saved(results) {
      const done = results.flat();
      return done.length === 0 ? null : { id: done[0], version: vaults.find(({ id }) => id === done[0]).checkpoints.directory.version, ids: done };
    },
  };
}

/** Who reads a vault: the members as they were signed, by the names that the server has for them. */
function readersOf(vault, named) {
  const names = namesOf(vault);
  const called = vault.members.map(({ principalType, principalId }) =>
    `${names.get(principalId) ?? principalId}${principalType === "AGENT" ? " (agent)" : ""}`);
  const agents = vault.members.filter(({ principalType }) => principalType === "AGENT").length;
  const people = vault.members.length - agents;
  const counted = [people > 0 && (people === 1 ? "1 person" : `${people} people`), agents > 0 && (agents === 1 ? "1 agent" : `${agents} agents`)].filter(Boolean).join(" and ");
  return make("p", { "data-testid": "readers" }, named ? make("strong", {}, `${vault.name}: `) : "",
    `${items(vault.items.length)}, read by ${counted}: ${called.slice(0, 12).join(", ")}${called.length > 12 ? ` and ${called.length - 12} more` : ""}.`);
}

async function planCreateGroup(session, { vault: vaultId }) {
  const { operation, vault } = await open(session, vaultId);
  let made = null;
  return {
    title: `New group in “${vault.name}”`,
    vaults: [vault],
    fields: [nameField("name", "Name")],
    verb: "Sign and create",
    operations: ({ name }) => [{ operation, run: async () => { made = await vault.createGroup(name); } }],
    saved: () => ({ id: made, version: vault.checkpoints.summary.version, ids: [made] }),
  };
}

const gone = () => Object.assign(new Error("The group is not there any more."), { code: "not_found", status: 404 });

function groupOf(vault, groupId) {
  const group = vault.groups.find(({ id }) => id === groupId);
  if (!group) throw gone();
  return group;
}

async function planRenameGroup(session, { vault: vaultId, group: groupId }) {
  const { operation, vault } = await open(session, vaultId);
  const group = groupOf(vault, groupId);
  return {
    title: `Rename the group “${group.name}”`,
    vaults: [vault],
    fields: [nameField("name", "Name", group.name)],
    verb: "Sign and rename",
    nothing: "The name is as it was.",
    operations: ({ name }) => [{ operation, run: async () => { if (name !== group.name) await vault.renameGroup(groupId, name); } }],
    saved: () => ({ id: groupId, version: vault.checkpoints.summary.version, ids: [groupId] }),
  };
}

async function planArchiveGroup(session, { vault: vaultId, group: groupId }) {
  const { operation, vault } = await open(session, vaultId);
  const group = groupOf(vault, groupId);
  const inside = vault.items.filter((item) => item.groupId === groupId).length;
  const said = inside === 0
    ? "No item is in it. The group goes; nothing else changes."
    : `${items(inside)} ${inside === 1 ? "is" : "are"} in it. Select ${inside === 1 ? "it" : "them"} in the vault and move ${inside === 1 ? "it" : "them"} to another group, or to none, first.`;
  return {
    title: `Archive the group “${group.name}”?`,
    vaults: [vault],
    said: [make("p", { "data-testid": "group-said" }, said)],
    verb: inside === 0 ? "Sign and archive" : null,
    bad: true,
    operations: () => [{ operation, run: () => vault.archiveGroup(groupId) }],
    saved: () => ({ id: groupId, version: vault.checkpoints.summary.version, ids: [groupId] }),
  };
}

/** Those of some items that the vault has. */
const listed = (vault, ids) => ids.filter((id) => vault.items.some((item) => item.id === id));

function namedItems(vault, ids) {
  const names = vault.items.filter(({ id }) => ids.includes(id)).map(({ name }) => `“${name}”`);
  return `${names.slice(0, 8).join(", ")}${names.length > 8 ? ` and ${names.length - 8} more` : ""}`;
}

const savedItems = (vault) => (results) => {
  const ids = results.flat();
  return ids.length === 0 ? null : { id: ids.length === 1 ? ids[0] : vault.id, version: vault.checkpoints.summary.version, ids };
};

async function planMove(session, { vault: vaultId, ids, group }) {
  const { operation, vault } = await open(session, vaultId);
  const present = listed(vault, ids);
  const name = nameField("newGroup", "Name of the new group");
  const toggle = (value) => (name.element.hidden = value !== "new");
  const choice = new ChoiceField("group", "Group", [["none", "No group"], ...vault.groups.map(({ id, name: called }) => [id, called]), ["new", "New group…"]],
    { value: vault.groups.some(({ id }) => id === group) ? group : vault.groups[0]?.id ?? "new", onchange: toggle });
  toggle(choice.control.value);
  return {
    title: `Move ${items(present.length)} of “${vault.name}”`,
    vaults: [vault],
    said: [make("p", {}, namedItems(vault, present))],
    fields: [choice, name],
    complete: group !== null && choice.control.value === group,
    verb: present.length > 0 ? "Sign and move" : null,
    nothing: present.length === 1 ? "The item is in this group already." : "The items are in this group already.",
    operations: ({ group: target, newGroup = null }) => [{
      operation,
      run: (watch) => vault.moveItems(target === "none" || target === "new" ? null : target, present, { newGroup: target === "new" ? newGroup : null, ...watch }),
    }],
    saved: savedItems(vault),
  };
}

async function planArchiveItems(session, { vault: vaultId, ids }) {
  const { operation, vault } = await open(session, vaultId);
  const present = listed(vault, ids);
  return {
    title: present.length === 1 ? `Archive ${namedItems(vault, present)}?` : `Archive ${items(present.length)} of “${vault.name}”?`,
    vaults: [vault],
    said: [
      make("p", {}, present.length === 1 ? "It is not erased: it can be restored." : `${namedItems(vault, present)}. They are not erased: they can be restored.`),
      readersOf(vault, false),
    ],
    verb: present.length > 0 ? "Sign and archive" : null,
    bad: true,
    operations: () => [{ operation, run: (watch) => vault.archiveItems(present, watch) }],
    saved: savedItems(vault),
  };
}

async function planRestoreItems(session, { vault: vaultId, ids }) {
  const { operation, vault } = await open(session, vaultId);
  return {
    title: `Restore ${items(ids.length)} of “${vault.name}”?`,
    vaults: [vault],
    said: [make("p", {}, "Name, fields and values come back as they were.")],
    verb: "Sign and restore",
    nothing: ids.length === 1 ? "The item is there already." : "The items are there already.",
    operations: () => [{ operation, run: (watch) => vault.restoreItems(ids, watch) }],
    saved: savedItems(vault),
  };
}

/** An expiry stands outside of what is signed, so it takes no key: the vault is verified all the same. */
async function planExpiry(session, { vault: vaultId, ids }) {
  const client = new Client({ transport: session.transport, pins: session.pins });
  const vault = await client.openVault(vaultId);
  const present = listed(vault, ids);
  return {
    title: present.length === 1 ? `Expiry of ${namedItems(vault, present)}` : `Expiry of ${items(present.length)} of “${vault.name}”`,
    vaults: [vault],
    said: [make("p", {}, present.length === 1 ? "" : namedItems(vault, present)),
      make("p", { class: "muted" }, "From then on values can no longer be read. An expiry is not signed: the server keeps it.")],
    fields: [new ExpiryField("expiresAt", "Expires", { hint: "In your time zone. Empty: never.", about: { kind: "vault-item", vault: vaultId } })],
    verb: present.length > 0 ? "Set the expiry" : null,
    async perform({ expiresAt }, { signal, onprogress }) {
      const done = [];
      for (const id of present) {
        if (signal.aborted) break;
        try {
          await vault.setExpiry(id, { expiresAt });
        } catch (error) {
          throw Object.assign(error, { done });
        }
        done.push(id);
        onprogress({ count: done.length, total: present.length });
      }
      return done;
    },
    saved: savedItems(vault),
  };
}
