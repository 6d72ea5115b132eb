// <sealed-members vault="…">: who is a member by what was signed, which keys count and why, and the changes of it. While the key is
// locked, the page's own table stands there instead.
import { icon, make, seal, tell } from "../../sealed.js";
import { ChoiceField } from "../../form-fields.js";
import { readCheckpoints } from "../client/load-vault.js";
import { TrustError, VaultPortalError } from "../errors.js";
import { KeyDirectory, receives } from "../key-directory.js";
import { ComparedInput, ComparisonField, copiedFingerprint } from "./comparison.js";
import { lockedNotice } from "./locked.js";
import { Operation } from "./operation.js";
import { PrincipalField } from "./principal-field.js";
import { namesOf, planRekey } from "./rekey.js";
import { fingerprintOf } from "./review.js";
import { SigningDialog } from "./signing-dialog.js";
import { troubleOf } from "./trouble.js";

const levels = [
  ["READ", "READ: opens values"],
  ["WRITE", "WRITE: changes items as well"],
  ["ADMIN", "ADMIN: shares, renames, rekeys and archives the vault as well"],
];
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
// What a new beginning can answer. A version that went back, a broken signature and a swapped key are no reason for one.
const mayBeginAnew = new Set(["chain_broken", "pin_changed", "signer_removed", "signer_not_member", "signer_level", "endorsement_missing"]);
const short = (fingerprint) => fingerprintOf(fingerprint.slice(0, 16)).textContent;
const isSame = (left, right) => left.principalType === right.principalType && left.principalId === right.principalId;
const refused = (code, message) => new VaultPortalError({ status: 409, code, message });

export function defineMembers(session) {
  customElements.define("sealed-members", class extends HTMLElement {
    static observedAttributes = ["vault"];

    #root = seal(this);
    #view = make("div", { class: "members", "data-testid": "members-view" });
    #slot = make("slot", {});
    #locked = lockedNotice(session, "The verified list and its changes are");
    #dialog = new SigningDialog(this.#root, session);
    #picture = null;
    #reading = 0;
    #ended = null;

    connectedCallback() {
      this.#root.prepend(this.#locked, this.#view, this.#slot);
      const ended = session.onchange(() => this.#changed());
      // Another element of the page may have changed the vault.
      const saved = ({ target }) => target !== this && this.#picture !== null && this.#load();
      document.addEventListener("sealedsaved", saved);
      this.#ended = () => {
        ended();
        document.removeEventListener("sealedsaved", saved);
      };
      this.#changed();
      session.load().catch(() => this.#changed());
    }

    disconnectedCallback() {
      this.#ended();
      this.#dialog.end();
      this.#forget();
    }

    attributeChangedCallback(name, before, after) {
      if (!this.isConnected || before === after) return;
      this.#forget();
      this.#changed();
    }

    get #vaultId() { return this.getAttribute("vault"); }

    #changed() {
      const isOpen = session.state === "unlocked";
      this.#slot.hidden = isOpen;
      this.#view.hidden = !isOpen;
      if (!isOpen) {
        this.#forget();
      } else if (this.#reading === 0) {
        this.#load();
      }
    }

    #forget() {
      [this.#picture, this.#reading] = [null, 0];
      this.#view.replaceChildren();
    }

    async #load() {
      const reading = this.#reading += 1;
      const isOld = () => reading !== this.#reading || session.state !== "unlocked";
      if (this.#picture === null) this.#view.replaceChildren(make("p", { class: "muted", role: "status" }, "Reading and verifying the members"));
      try {
        const picture = await pictureOf(session, this.#vaultId);
        if (isOld()) return;
        this.#picture = picture;
        this.#show();
      } catch (error) {
        if (isOld()) return;
        this.#picture = null;
        this.#view.replaceChildren(troubleOf(error), ...(mayBeginAnew.has(error.code) ? [this.#anew()] : []),
          make("button", { type: "button", class: "button", onclick: () => this.#load(), "data-testid": "members-retry" }, "Read again"));
      }
    }

    #show() {
      const { vault, members, mayShare, version, since } = this.#picture;
      const { rekeyDue, staleInstances } = vault;
      this.#view.replaceChildren(
        make("div", { class: "head" },
          make("h2", { tabindex: "-1" }, "Members"),
          make("span", { class: "badge badge-good", "data-testid": "members-verified" }, icon("check"), `Verified: permissions version ${version}`),
          make("div", { class: "head-end" }, mayShare ? this.#button("Add a member", "member-add", () => planAdd(session, this.#vaultId), "Add a member", "button button-primary") : "")),
        rekeyDue ? this.#rekeyNotice(true, mayShare) : staleInstances > 0 ? this.#rekeyNotice(false, mayShare) : "",
        make("p", { class: "muted" }, "Members, levels and keys are those that were signed. Names and dates are the server's word."),
        ...members.map((member) => this.#memberCard(member)),
        this.#creatorCard(vault, since));
    }

    #rekeyNotice(isDue, mayShare) {
      const { vault } = this.#picture;
      const words = isDue
        ? ["Rekey due", "Somebody who lost access may know the present data key. A new one is made, and all values are sealed anew under it."]
        : ["Values under an older data key", `${vault.staleInstances} ${vault.staleInstances === 1 ? "value stands" : "values stand"} under an older data key. Sealing anew goes on where it stopped.`];
      const mayWrite = isDue ? mayShare : vault.accessLevel !== "READ";
      const button = isDue
        ? this.#button("Rekey now", "rekey-now", () => planRekey(session, this.#vaultId), "Rekey the vault")
        : this.#button("Seal anew", "seal-anew", () => planRekey(session, this.#vaultId, { rekey: false }), "Seal anew", "button", "rekey-vault");
      return make("div", { class: "notice notice-warn", role: "status", "data-testid": isDue ? "members-rekey-due" : "members-stale" }, icon("warning"),
        make("div", {}, make("strong", {}, words[0]), words[1]), mayWrite ? make("div", { class: "notice-end" }, button) : "");
    }

    #memberCard(member) {
      const { mayShare, me } = this.#picture;
      const { principalType, principalId, name, accessLevel, keys, since } = member;
      const isAgent = principalType === "AGENT";
      const current = keys.filter(({ record }) => record.state !== "retired");
      const earlier = keys.filter(({ record }) => record.state === "retired");
      return make("section", { class: "card", "data-testid": `member-${principalId}` },
        make("header", {}, icon(isAgent ? "agent" : "person"), make("h3", {}, name),
          make("span", { class: "muted" }, isAgent ? "Agent" : principalId === me ? "You" : "Person"),
          make("span", { class: "badge badge-strong", "data-testid": "member-level" }, accessLevel),
          make("span", { class: "muted" }, since),
          mayShare ? make("div", { class: "head-end" },
            this.#button("Change level", "member-level-change", () => planLevel(session, this.#vaultId, member), `Access of ${name}`),
            this.#button("Remove", "member-remove", () => planRemove(session, this.#vaultId, member), `Remove ${name}`)) : ""),
        make("div", { class: "body" },
          current.length === 0 ? make("p", { class: "warned" }, icon("warning"), isAgent
            ? " The agent has no registered key, so it can open no values. It registers one with its API key."
            : ` ${name} has no active key, so nothing can be opened. A key pair has to be made first, on the page of one's keys.`) : "",
          make("ul", { class: "member-keys" }, ...current.map((key) => this.#keyRow(member, key))),
          earlier.length === 0 ? "" : make("details", { class: "more" }, make("summary", {}, earlier.length === 1 ? "1 earlier key" : `${earlier.length} earlier keys`),
            make("ul", { class: "member-keys" }, ...earlier.map((key) => this.#keyRow(member, key))))));
    }

    #keyRow(member, { record, fingerprint, trust, mayReceive, lacks }) {
      const { mayShare, me } = this.#picture;
      const { vault } = this.#picture;
      const badge = { named: ["badge-good", "check", "Named"], follows: ["badge-good", "check", "Followed"], none: ["badge-bad", "warning", "Not followed"], dropped: ["badge-warn", "warning", "Dropped"] }[trust.kind];
      const notes = [];
      if (record.state === "pending") notes.push(make("span", { class: "badge badge-warn" }, icon("warning"), "Waits for approval"));
      const isExpired = record.state === "active" && !receives(record);
      if (isExpired) notes.push(make("span", { class: "badge badge-bad", "data-testid": "key-expired" }, icon("expired"), "Expired: gets no data key"));
      if (record.state === "retired") notes.push(make("span", { class: "badge badge-muted" }, `Retired${record.retireReason ? `: ${record.retireReason}` : ""}`));
      const isActive = record.state === "active";
      const counts = isActive && (trust.kind === "named" || trust.kind === "follows");
      if (counts && lacks) notes.push(make("span", { class: "badge badge-warn", "data-testid": "cannot-open" }, icon("warning"), "Cannot open values yet"));
      if (counts && !mayReceive) notes.push(make("span", { class: "badge badge-muted" }, "Has no encryption key"));
      const buttons = [];
      if (counts && lacks && mayShare && record.id !== session.keyId) {
        buttons.push(this.#button(`Wrap for ${member.principalId === me ? "this key" : member.name}`, "member-wrap", () => planWrap(session, vault.id, member, record.id), "Wrap the data key"));
      }
      if (isActive && trust.kind === "none" && mayShare) {
        buttons.push(this.#button("Compare and name", "member-name-key", () => planName(session, vault.id, member, record), `Name a key of ${member.name}`));
      }
      return make("li", { "data-testid": `key-${fingerprint}` },
        make("div", { class: "badges" }, make("span", { class: `badge ${badge[0]}`, "data-testid": "key-trust" }, icon(badge[1]), badge[2]), ...notes),
        copiedFingerprint(fingerprint, member.name, "member-fingerprint"),
        make("p", { class: "muted" }, trust.text),
        buttons.length > 0 ? make("div", { class: "buttons" }, ...buttons) : "");
    }

    /** What the chain begins with, and its comparison. */
    #creatorCard(vault) {
      const { membership } = vault;
      const maker = this.#picture.ownerOf(vault.creator);
      const compare = new ComparedInput("compare-creator", "Fingerprint that you were told", [vault.creator], {
        match: "It matches: the vault begins with this key.",
        mismatch: "It does not match. Believe nothing that this vault shows, and ask its maker again, outside the portal.",
      });
      return make("section", { class: "card", "data-testid": "creator" },
        make("header", {}, icon("lock"), make("h3", {}, "Where the chain of trust begins")),
        make("div", { class: "body" },
          make("p", {}, membership.anchor === 1
            ? `With version 1 of the permissions, made by this key${maker ? `, which the server calls ${maker}'s` : ""}:`
            : `With version ${membership.anchor} of the permissions, where it was begun anew in this browser after a comparison, by this key${maker ? `, which the server calls ${maker}'s` : ""}:`),
          copiedFingerprint(vault.creator, "the vault's maker", "creator-fingerprint"),
          make("p", { class: "muted" }, "It is pinned in this browser since it was first seen: another beginning would be refused. The first sight itself is worth as much as a comparison with its maker outside the portal, by telephone for instance."),
          compare.element));
    }

    /** After a comparison the chain may begin anew, at a checkpoint signed by the ADMIN whose fingerprint was told. */
    #anew() {
      const list = make("div", {});
      const details = make("details", { class: "more", "data-testid": "begin-anew" }, make("summary", { "data-testid": "begin-anew-open" }, "Begin the chain of trust anew, after a comparison"), list);
      details.addEventListener("toggle", async () => {
        if (!details.open) return;
        try {
          list.replaceChildren(...(await this.#anewForm()));
        } catch (error) {
          list.replaceChildren(troubleOf(error));
        }
      }, { once: true });
      return details;
    }

    async #anewForm() {
      const vaultId = this.#vaultId;
      const signers = await signersOf(session, vaultId);
      const compare = new ComparedInput("anew-fingerprint", "Fingerprint that the ADMIN told you", [...signers.keys()], {
        match: "It signed permissions of this vault.",
        mismatch: "Nobody with this key signed permissions of this vault. Change nothing.",
      });
      const fault = make("div", { "data-testid": "anew-fault" });
      const go = async (event) => {
        const fingerprint = compare.matched;
        if (!event.isTrusted || fingerprint === null) {
          compare.control.focus();
          return;
        }
        try {
          await session.client(async () => false).pinAnew(vaultId, signers.get(fingerprint), fingerprint);
          await this.#load();
        } catch (error) {
          fault.replaceChildren(troubleOf(error));
        }
      };
      return [
        make("p", {}, "When an owner of the portal appointed an ADMIN for a vault that had none left, or the maker's key was lost, the chain has to begin at what that ADMIN signed. Versions that this browser saw of the vault before stay the lowest that it takes. Do it only when you were told the fingerprint outside the portal."),
        make("ul", { class: "review-changes" }, ...[...signers].map(([fingerprint, version]) =>
          make("li", {}, `Signed permissions up to version ${version}: `, make("span", { class: "mono" }, `${short(fingerprint)} …`)))),
        compare.element,
        fault,
        make("button", { type: "button", class: "button button-bad", onclick: go, "data-testid": "anew-go" }, "Begin anew with this key"),
      ];
    }

    /** A button that opens a dialog about the members. */
    #button(label, testId, plan, title, look = "button", kind = null) {
      const open = async (event) => {
        if (!event.isTrusted || this.#dialog.isOpen || !(await session.unlock())) return;
        const where = this.#root.activeElement;
        const done = await this.#dialog.open({ title, load: plan });
        if (session.state === "unlocked") await this.#load();
        if (done?.saved) tell(this, "sealedsaved", { kind: kind ?? kinds[testId], ...done.saved });
        this.#refocus(where, testId);
      };
      return make("button", { type: "button", class: look, onclick: open, "data-testid": testId }, label);
    }

    /** The buttons were made anew: the focus goes to the same one, or to what is to be done next. */
    #refocus(where, testId) {
      if (this.#dialog.isOpen) return;
      const card = where?.closest("section")?.dataset.testid;
      const place = (card && this.#view.querySelector(`[data-testid="${card}"] [data-testid="${testId}"]`))
        || this.#view.querySelector('[data-testid="rekey-now"], [data-testid="seal-anew"]')
        || this.#view.querySelector(`[data-testid="${testId}"]`)
        || this.#view.querySelector("h2");
      place?.focus();
    }
  });
}

const kinds = {
  "member-add": "share-vault", "member-level-change": "share-vault", "member-remove": "unshare-vault", "member-wrap": "wrap-keys", "member-name-key": "share-vault",
  "rekey-now": "rekey-vault",
};

/** What the element shows: who is a member since when, and what speaks for each key. */
async function pictureOf(session, vaultId) {
  const client = session.client(async () => false);
  const [vault, { id: me }, { keys: wrapped }, accepted] = await Promise.all([
    client.openVault(vaultId),
    client.principal(),
    session.transport.get(`vault/${vaultId}/wrapped-to`),
    readCheckpoints(session.transport, vaultId, "kind=permission"),
  ]);
  const { membership } = vault;
  const names = namesOf(vault);
  const has = new Map(wrapped.map(({ keyId, dekVersions }) => [keyId, dekVersions]));
  const times = new Map(accepted.filter(({ checkpoint }) => checkpoint.assetType === "VAULT").map(({ checkpoint, acceptedAt }) => [checkpoint.version, acceptedAt]));
  const ownerOf = (fingerprint) => membership.keys.find((record) => record.fingerprint === fingerprint)?.ownerName ?? null;
  const members = [];
  for (const member of vault.members) {
    const records = membership.keys.filter(({ ownerType, ownerId }) => ownerType === member.principalType && ownerId === member.principalId);
    const keys = [];
    for (const record of records) {
      const key = await membership.findKey(record.id);
      const mayReceive = Boolean(record.encryptionPublicKey) || key.algorithm === "RSA-PSS-SHA256";
      keys.push({
        record, fingerprint: key.fingerprint, mayReceive,
        trust: await trustOf(membership, member, key, ownerOf),
        lacks: mayReceive && receives(record) && !has.get(record.id)?.includes(vault.dekVersion),
      });
    }
    members.push({ ...member, name: names.get(member.principalId) ?? member.principalId, keys, since: sinceOf(membership, member, times) });
  }
  const rank = ({ principalType, name }) => `${principalType === "AGENT" ? 1 : 0}${name.toLowerCase()}`;
  members.sort((left, right) => (rank(left) < rank(right) ? -1 : 1));
  const mine = members.find(({ principalType, principalId }) => principalType === "USER" && principalId === me);
  return { vault, me, members, ownerOf, version: membership.version, mayShare: mine?.accessLevel === "ADMIN" };
}

function sinceOf(membership, member, times) {
  let since = membership.version;
  for (const { version, members } of membership.states.toReversed()) {
    if (![...members.values()].some((one) => isSame(one, member))) break;
    since = version;
  }
  const time = times.get(since);
  return `since version ${since}${time ? `, ${day.format(new Date(time))}` : ""}`;
}

/** Why a key counts as a member's, or does not, in words. */
async function trustOf(membership, member, key, ownerOf) {
  const naming = membership.states.filter(({ members }) => [...members.values()].some((one) => isSame(one, member) && one.keyFingerprints.includes(key.fingerprint)));
  const signed = ({ version, signer }) => `permission checkpoint version ${version}, signed by ${ownerOf(signer) ?? "a key"} (${short(signer)} …)`;
  if (member.keyFingerprints.includes(key.fingerprint)) return { kind: "named", text: `Named by ${signed(naming[0])}.` };
  if (await membership.follows(key, member.principalId, new Set(member.keyFingerprints))) {
    const previous = await membership.findKey(key.record.endorsement.previousKeyId);
    return { kind: "follows", text: `Followed by endorsement: the key ${short(previous.fingerprint)} … vouches for it.` };
  }
  if (naming.length > 0) return { kind: "dropped", text: `It was named by ${signed(naming[0])}, and is not any more.` };
  return { kind: "none", text: "Not followed: named by nobody, and endorsed by no key that was. Nothing is wrapped to it, and nothing that it signed is believed." };
}

/** The fingerprints of those who signed permissions of a vault, each with the newest version that it signed. Nothing of it is believed. */
async function signersOf(session, vaultId) {
  const [{ keys }, all] = await Promise.all([
    session.transport.get(`vault/${vaultId}/public-keys`),
    readCheckpoints(session.transport, vaultId, "kind=permission"),
  ]);
  const directory = new KeyDirectory(keys);
  const found = new Map();
  for (const { checkpoint, signerUserKeyPairId, signerEncryptionKeyId } of all) {
    if (checkpoint.assetType !== "VAULT") continue;
    const { fingerprint } = await directory.find(signerUserKeyPairId ?? signerEncryptionKeyId);
    found.set(fingerprint, Math.max(found.get(fingerprint) ?? 0, checkpoint.version));
  }
  return found;
}

async function open(session, vaultId, follows) {
  const operation = new Operation(session, follows);
  const vault = await operation.client.openVault(vaultId);
  return { operation, vault };
}

/** A wrapping belongs to what was agreed to when it goes to the keys that were compared, and to no other. */
const wrapsFor = (principalId, fingerprints) => ({ action, recipients = [] }) =>
  action === "wrap" && recipients.every((recipient) => recipient.principalId === principalId && fingerprints().includes(recipient.signingFingerprint));

const savedMember = (vault, principalId) => () => ({ id: principalId, version: vault.membership.version, ids: [principalId] });

async function planAdd(session, vaultId) {
  let compared = [];
  let chosen = null;
  const { operation, vault } = await open(session, vaultId, (what) => wrapsFor(chosen.id, () => compared)(what));
  const names = namesOf(vault);
  const comparison = new ComparisonField();
  const level = new ChoiceField("level", "Access", levels);
  const who = new PrincipalField("principal", "Who", session.transport, {
    isTaken: ({ type, id }) => vault.members.some(({ principalType, principalId }) => principalType === type && principalId === id),
    async onchoose(principal) {
      chosen = principal;
      comparison.hide();
      if (principal === null || principal.keys.every(({ state }) => state !== "active")) return;
      names.set(principal.id, principal.name);
      await comparison.show(principal.id, principal.name, principal.keys);
    },
  });
  return {
    title: `Add a member to “${vault.name}”`,
    vaults: [vault],
    names,
    said: [make("p", { class: "muted" }, "First the new permissions are signed. Then the data key is wrapped to the keys that you compared.")],
    fields: [who, level, comparison],
    verb: "Sign and share",
    operations: (values) => [{
      operation,
      async run() {
        compared = await values.comparison;
        if (compared === null) throw refused("not_compared", `Compare every key of ${chosen.name} first: type the fingerprint that you were told, or tick that you compared it.`);
        await vault.share({ principalType: chosen.type, principalId: chosen.id, accessLevel: values.level, keyFingerprints: compared });
      },
    }],
    saved: () => savedMember(vault, chosen.id)(),
  };
}

/** Refused before the server would: a vault keeps somebody who can share it. */
function requireOtherAdmin(vault, member) {
  const others = vault.members.filter((one) => one.principalType === "USER" && one.accessLevel === "ADMIN" && !isSame(one, member));
  if (others.length === 0) throw refused("last_admin", "A vault keeps at least one person with ADMIN.");
}

const present = (vault, member) => {
  const found = vault.members.find((one) => isSame(one, member));
  if (!found) throw refused("not_found", "No member any more.");
  return found;
};

async function planLevel(session, vaultId, member) {
  const { operation, vault } = await open(session, vaultId);
  const now = present(vault, member);
  return {
    title: `Access of ${member.name} to “${vault.name}”`,
    vaults: [vault],
    names: namesOf(vault),
    fields: [new ChoiceField("level", "Access", levels, { value: now.accessLevel })],
    verb: "Sign and change",
    nothing: "It is the level that it was.",
    operations: ({ level }) => [{
      operation,
      async run() {
        if (level === now.accessLevel) return;
        if (level !== "ADMIN") requireOtherAdmin(vault, member);
        await vault.share({ ...now, accessLevel: level });
      },
    }],
    saved: savedMember(vault, member.principalId),
  };
}

async function planRemove(session, vaultId, member) {
  const { operation, vault } = await open(session, vaultId);
  present(vault, member);
  try {
    requireOtherAdmin(vault, member);
  } catch {
    return {
      title: `Remove ${member.name}?`,
      said: [make("p", { "data-testid": "last-admin" }, `${member.name} is the only person with ADMIN. A vault keeps at least one: give somebody else ADMIN first.`)],
      verb: null,
    };
  }
  return {
    title: `Remove ${member.name} from “${vault.name}”?`,
    vaults: [vault],
    names: namesOf(vault),
    said: [make("p", {}, `${member.name} can read nothing here any more. What was read before may be known, the data key included: the vault is due for a new one afterwards.`)],
    typed: member.name,
    verb: "Sign and remove",
    bad: true,
    operations: () => [{ operation, run: () => vault.revoke(member) }],
    saved: savedMember(vault, member.principalId),
  };
}

async function planWrap(session, vaultId, member, keyId) {
  const { operation, vault } = await open(session, vaultId);
  return {
    title: `Wrap the data key for ${member.name}`,
    vaults: [vault],
    names: namesOf(vault),
    said: [make("p", {}, "The key counts as this member's by the chain of trust. With the data key wrapped to it, it opens the vault's values.")],
    verb: "Sign and wrap",
    operations: () => [{ operation, run: () => vault.wrapForKey(keyId) }],
    saved: savedMember(vault, member.principalId),
  };
}

async function planName(session, vaultId, member, record) {
  let compared = [];
  const { operation, vault } = await open(session, vaultId, (what) => wrapsFor(member.principalId, () => compared)(what));
  const now = present(vault, member);
  const comparison = new ComparisonField();
  await comparison.show(member.principalId, member.name, [record]);
  const mayReceive = receives(record) && (Boolean(record.encryptionPublicKey) || comparison.keys[0].algorithm === "RSA-PSS-SHA256");
  return {
    title: `Name a key of ${member.name}`,
    vaults: [vault],
    names: namesOf(vault),
    said: [make("p", {}, `No ADMIN named this key yet. Once you compared it with ${member.name}, it counts: it may sign at the level ${now.accessLevel}, and gets the data key.`)],
    fields: [comparison],
    verb: "Sign and name",
    operations: (values) => [{
      operation,
      async run() {
        compared = await values.comparison;
        if (compared === null) throw refused("not_compared", `Compare the key with ${member.name} first: type the fingerprint that you were told, or tick that you compared it.`);
        await vault.share({ ...now, keyFingerprints: [...now.keyFingerprints, ...compared] });
        if (mayReceive) await vault.wrapForKey(record.id);
      },
    }],
    saved: savedMember(vault, member.principalId),
  };
}
