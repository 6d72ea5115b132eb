// node sealed-edits.mjs <sealed module folder>: what an editor collects, sends, keeps as a draft and merges. Prints {"passed", "failures"}.
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";

const root = pathToFileURL(process.argv[2]).href;
const { Edits, baseOf, changesOf, faultsOf, newField, placesOf, requestOf, stateOf } = await import(`${root}/page/edits.js`);
const { decide, doubtful, merge } = await import(`${root}/page/merge.js`);
const { readExpiry } = await import(`${root}/page/expiry-text.js`);
const { labelFor, templateOf, itemTypes, fieldTypes } = await import(`${root}/page/templates.js`);
const { Vault } = await import(`${root}/client/vault.js`);
const { Item } = await import(`${root}/client/item.js`);
const { importDek } = await import(`${root}/wrapped-dek.js`);
const { utf8, fromUtf8 } = await import(`${root}/bytes.js`);

const field = (id, order, more = {}) =>
  ({ id, name: id.toUpperCase(), type: "TEXT", order, assetId: null, hasValue: true, expired: false, expiresAt: null, instanceId: `${id}1`, ...more });
const base = (more = {}) =>
  ({ version: 3, name: "Item", type: "LOGIN", websites: ["a.example"], expiresAt: null, fields: [field("a", 0), field("b", 1), field("c", 2)], ...more });
/** Their version: fields with new instances where something is said of them, null for deleted ones. */
function theirs(changes = {}, more = {}, added = []) {
  const before = base();
  const fields = before.fields.flatMap((one) => (changes[one.id] === null ? [] : [changes[one.id] ? { ...one, instanceId: `${one.id}2`, ...changes[one.id] } : one]));
  return { ...before, version: 4, ...more, fields: [...fields, ...added] };
}
const edited = (change, from = base()) => {
  const edits = new Edits(from);
  change(edits);
  return edits;
};
const names = ({ fields }) => fields.map(({ name }) => name);
const ids = ({ fields }) => fields.map(({ id }) => id);

/** How many have to change at least: of all choices of those that stay, the largest that leaves room for the others. */
function fewest(orders) {
  let most = 0;
  for (let bits = 0; bits < 2 ** orders.length; bits += 1) {
    const stays = orders.flatMap((order, index) => (bits & (2 ** index) ? [[index, order]] : []));
    const fits = stays.every(([index, order], at) => (at === 0 ? order >= index : order - stays[at - 1][1] >= index - stays[at - 1][0]));
    if (fits) most = Math.max(most, stays.length);
  }
  return orders.length - most;
}

const editing = {
  "unchanged is nothing to send"() {
    assert.deepEqual(requestOf(base(), stateOf(base())), { update: null, expiry: null });
    assert.deepEqual(changesOf(base(), stateOf(base())), []);
  },
  "every kind of change is in one request"() {
    const { present, changes } = edited((edits) => {
      edits.set({ name: "Other", websites: [] });
      edits.setField("a", { name: "Label" });
      edits.setField("b", { value: "secret" });
      edits.remove("c");
      edits.add({ ...newField({ name: "New", type: "PASSWORD", value: "x" }), id: "d" });
    });
    const { update, expiry } = requestOf(base(), present);
    assert.deepEqual(update, {
      name: "Other", websites: [], remove: ["c"], change: { a: { name: "Label" }, b: { value: "secret" } },
      add: [{ id: "d", name: "New", type: "PASSWORD", value: "x" }],
    });
    assert.equal(expiry, null);
    assert.equal(changes.length, 6);
  },
  "expiry alone signs nothing"() {
    const { present } = edited((edits) => (edits.set({ expiresAt: "2030-01-01T00:00:00.000Z" }), edits.setField("a", { expiresAt: "2031-01-01T00:00:00.000Z" })));
    const { update, expiry } = requestOf(base(), present);
    assert.equal(update, null);
    assert.deepEqual(expiry, { expiresAt: "2030-01-01T00:00:00.000Z", fields: [{ fieldId: "a", expiresAt: "2031-01-01T00:00:00.000Z" }] });
  },
  "value set to null empties, one that is not said stays"() {
    const { present } = edited((edits) => (edits.setField("a", { value: null }), edits.setField("b", { name: "L" })));
    assert.deepEqual(requestOf(base(), present).update.change, { a: { value: null }, b: { name: "L" } });
  },
  "attachment of a new field is sent as one"() {
    const attachment = { assetId: "x", description: { name: "f", mediaType: "", size: 1, sha256: "" } };
    const { present } = edited((edits) => edits.add({ ...newField({ name: "F", type: "FILE", value: attachment }), id: "d" }));
    assert.deepEqual(requestOf(base(), present).update.add, [{ id: "d", name: "F", type: "FILE", attachment }]);
  },
  "typing is one step, another thing is another"() {
    const edits = edited((now) => {
      for (const text of ["s", "se", "sec"]) now.setField("a", { value: text }, "value a");
      now.setField("b", { value: "x" }, "value b");
    });
    edits.undo();
    assert.equal(edits.field("a").value, "sec");
    assert.equal(edits.field("b").value, undefined);
    edits.undo();
    assert.deepEqual(edits.changes, []);
    assert.equal(edits.canUndo, false);
  },
  "deleted field stays until it is saved, and comes back"() {
    const edits = edited((now) => now.remove("b"));
    assert.deepEqual(ids(edits.present), ["a", "b", "c"]);
    edits.revert("b");
    assert.deepEqual(edits.changes, []);
  },
  "new field that is deleted is gone"() {
    const edits = edited((now) => {
      const fresh = newField({ name: "N", type: "TEXT" });
      now.add(fresh);
      now.remove(fresh.id);
    });
    assert.deepEqual(edits.changes, []);
  },
  "discarding can be undone"() {
    const edits = edited((now) => (now.setField("a", { value: "x" }), now.discard()));
    assert.deepEqual(edits.changes, []);
    edits.undo();
    assert.equal(edits.field("a").value, "x");
  },
  "moving to the end gives one field a new place"() {
    const { present, changes } = edited((edits) => edits.move("a", 2));
    assert.deepEqual(requestOf(base(), present).update.change, { a: { order: 3 } });
    assert.deepEqual(changes, [{ what: "order" }]);
  },
  "moving to the front moves those behind only as far as needed"() {
    const gaps = base({ fields: [field("a", 5), field("b", 6), field("c", 7)] });
    const { present } = edited((edits) => edits.move("c", 0), gaps);
    assert.deepEqual(requestOf(gaps, present).update.change, { c: { order: 0 } });
    const tight = edited((edits) => edits.move("c", 0)).present;
    assert.deepEqual(requestOf(base(), tight).update.change, { a: { order: 3 }, b: { order: 4 } });
  },
  "places ascend, are never below zero, and as few as can be change"() {
    for (let run = 0; run < 400; run += 1) {
      const size = 1 + (run % 7);
      const orders = Array.from({ length: size }, () => Math.floor(Math.random() * 2 * size)).sort((left, right) => left - right);
      const shuffled = orders.map((order, index) => ({ id: String(index), order })).sort(() => Math.random() - 0.5);
      const places = placesOf(shuffled);
      const after = shuffled.map(({ id, order }) => places.get(id) ?? order);
      assert.ok(after.every((place, index) => place >= 0 && (index === 0 || place > after[index - 1])), JSON.stringify([shuffled, after]));
      assert.equal(places.size, fewest(shuffled.map(({ order }) => order)), JSON.stringify(shuffled));
    }
    assert.deepEqual([...placesOf([{ id: "a", order: 0 }, { id: "b", order: 1 }])], []);
  },
  "what the server would refuse is said before"() {
    const state = stateOf(base({ name: " ", websites: ["ftp://x", "ok.example", "https://ok.example/p", "a b"] }));
    state.fields[0].name = "";
    state.fields[1] = { ...state.fields[1], type: "NUMBER", value: "12a" };
    assert.deepEqual(faultsOf(state).map(({ what, fieldId = null }) => [what, fieldId]), [["name", null], ["websites", null], ["websites", null], ["label", "a"], ["value", "b"]]);
    assert.deepEqual(faultsOf(stateOf(base())), []);
  },
  "draft survives its text"() {
    const { base: before, present } = edited((edits) => (edits.setField("a", { value: null }), edits.setField("b", { value: "é\u0000" }), edits.move("c", 0)));
    const { base: again, state } = JSON.parse(JSON.stringify({ base: before, state: present }));
    assert.deepEqual(requestOf(again, state), requestOf(before, present));
  },
  "expiry is read as it is said"() {
    const now = new Date(2026, 10, 21, 12).getTime();
    const at = (text) => readExpiry(text, now);
    assert.equal(at("in 90 days"), new Date(2027, 1, 19, 12).toISOString());
    assert.equal(at("2 weeks"), new Date(2026, 11, 5, 12).toISOString());
    assert.equal(at("1y"), new Date(2027, 10, 21, 12).toISOString());
    assert.equal(at("2027-03-31"), new Date(2027, 2, 31, 23, 59).toISOString());
    for (const text of ["", "tomorrow", "2027-02-30", "in days", "90 parsecs"]) assert.equal(at(text), null, text);
  },
  "templates have known types and labels are not taken twice"() {
    assert.equal(itemTypes.length, 8);
    for (const [type] of itemTypes) for (const made of templateOf(type)) assert.ok(fieldTypes.some(([known]) => known === made.type), made.type);
    assert.equal(labelFor("PASSWORD", ["Password", "Password 2"]), "Password 3");
  },
};

const merging = {
  "different fields go together"() {
    const mine = edited((edits) => edits.setField("a", { value: "mine" })).present;
    const { state, conflicts } = merge(base(), mine, theirs({ b: { name: "Renamed" } }));
    assert.deepEqual(conflicts, []);
    assert.deepEqual(names(state), ["A", "Renamed", "C"]);
    assert.equal(state.fields[0].value, "mine");
  },
  "same field is a conflict and stands as theirs until it is decided"() {
    const mine = edited((edits) => edits.setField("a", { value: "mine", name: "Mine" })).present;
    const now = theirs({ a: { name: "Theirs" } });
    const { state, conflicts } = merge(base(), mine, now);
    assert.equal(conflicts.length, 1);
    assert.equal(conflicts[0].what, "field");
    assert.equal(state.fields[0].name, "Theirs");
    assert.equal(state.fields[0].value, undefined);
    assert.deepEqual(changesOf(now, state), []);
    const decided = decide(state, conflicts[0], "mine");
    assert.deepEqual([decided.fields[0].name, decided.fields[0].value], ["Mine", "mine"]);
    assert.equal(decide(state, conflicts[0], "theirs"), state);
  },
  "only what was changed here is put onto theirs"() {
    const mine = edited((edits) => edits.setField("a", { value: "mine" })).present;
    const { state, conflicts } = merge(base(), mine, theirs({ a: { name: "Theirs" } }));
    assert.equal(decide(state, conflicts[0], "mine").fields[0].name, "Theirs");
  },
  "new instance of the same value is no change of theirs"() {
    const mine = edited((edits) => edits.setField("a", { value: "mine" })).present;
    const now = theirs({ a: { order: 9 } });
    assert.deepEqual(doubtful(base(), mine, now), ["a"]);
    now.fields[0].sameValue = true;
    const { state, conflicts } = merge(base(), mine, now);
    assert.deepEqual(conflicts, []);
    assert.equal(state.fields[0].value, "mine");
    now.fields[0].sameValue = false;
    assert.equal(merge(base(), mine, now).conflicts.length, 1);
  },
  "values are compared only where both changed the field and nothing else tells"() {
    const mine = edited((edits) => edits.setField("a", { value: "mine" })).present;
    assert.deepEqual(doubtful(base(), mine, theirs({ b: {} })), []);
    assert.deepEqual(doubtful(base(), mine, theirs({ a: { name: "Other" } })), []);
  },
  "they deleted what was changed here: kept means made anew"() {
    const mine = edited((edits) => edits.setField("b", { name: "Kept" })).present;
    const { state, conflicts } = merge(base(), mine, theirs({ b: null }));
    assert.equal(conflicts[0].theirs, null);
    assert.deepEqual(ids(state), ["a", "c"]);
    const kept = decide(state, conflicts[0], "mine", "old value").fields.at(-1);
    assert.deepEqual([kept.name, kept.value, kept.isNew], ["Kept", "old value", true]);
    assert.notEqual(kept.id, "b");
  },
  "deleted here what they changed"() {
    const mine = edited((edits) => edits.remove("b")).present;
    const { state, conflicts } = merge(base(), mine, theirs({ b: { name: "Changed" } }));
    assert.equal(conflicts.length, 1);
    assert.equal(state.fields[1].removed, undefined);
    assert.equal(decide(state, conflicts[0], "mine").fields[1].removed, true);
  },
  "deleted by both, and added by both"() {
    const mine = edited((edits) => (edits.remove("b"), edits.add({ ...newField({ name: "Mine", type: "TEXT" }), id: "m" }))).present;
    const { state, conflicts } = merge(base(), mine, theirs({ b: null }, {}, [field("t", 7)]));
    assert.deepEqual(conflicts, []);
    assert.deepEqual(ids(state), ["a", "c", "t", "m"]);
  },
  "name, type, websites and expiry are each their own"() {
    const mine = edited((edits) => edits.set({ name: "Mine", websites: ["m.example"] })).present;
    const now = theirs({}, { name: "Theirs", type: "SERVER" });
    const { state, conflicts } = merge(base(), mine, now);
    assert.deepEqual(conflicts.map(({ what }) => what), ["name"]);
    assert.deepEqual([state.name, state.type, state.websites], ["Theirs", "SERVER", ["m.example"]]);
    assert.equal(decide(state, conflicts[0], "mine").name, "Mine");
    assert.deepEqual(merge(base(), edited((edits) => edits.set({ name: "Same" })).present, theirs({}, { name: "Same" })).conflicts, []);
    const until = "2030-01-01T00:00:00.000Z";
    const expiring = edited((edits) => edits.set({ expiresAt: until })).present;
    assert.equal(merge(base(), expiring, theirs()).state.expiresAt, until);
    const [conflict] = merge(base(), expiring, theirs({}, { expiresAt: "2031-01-01T00:00:00.000Z" })).conflicts;
    assert.equal(decide(stateOf(theirs()), conflict, "mine").expiresAt, until);
  },
  "order: one side's stays, two that differ are asked about"() {
    const moved = edited((edits) => edits.move("c", 0)).present;
    assert.deepEqual(ids(merge(base(), moved, theirs({}, {}, [field("t", 7)])).state), ["c", "t", "a", "b"]);
    const reversed = { ...theirs(), fields: [field("b", 0), field("a", 1), field("c", 2)] };
    assert.deepEqual(ids(merge(base(), stateOf(base()), reversed).state), ["b", "a", "c"]);
    const { state, conflicts } = merge(base(), moved, reversed);
    assert.deepEqual(conflicts.map(({ what }) => what), ["order"]);
    assert.deepEqual(ids(state), ["b", "a", "c"]);
    assert.deepEqual(ids(decide(state, conflicts[0], "mine")), ["c", "a", "b"]);
  },
  "nothing of one's own is lost, whatever they did"() {
    // Every change of mine is in the merged state or among the conflicts.
    const acts = [(edits) => edits.setField("a", { value: "v" }), (edits) => edits.setField("b", { name: "L" }), (edits) => edits.remove("c"), (edits) => edits.set({ name: "N" })];
    const others = [{}, { a: {} }, { a: null }, { b: { name: "T" } }, { b: null }, { c: {} }, { c: null }];
    for (let bits = 1; bits < 16; bits += 1) {
      const mine = edited((edits) => acts.forEach((act, index) => bits & (2 ** index) && act(edits)));
      for (const other of others) {
        const now = theirs(other, other.a === null ? { name: "T" } : {});
        const { state, conflicts } = merge(base(), mine.present, now);
        for (const { what, fieldId } of mine.changes) {
          const isAsked = conflicts.some((conflict) => (fieldId ? conflict.id === fieldId : conflict.what === what));
          const isThere = changesOf(now, state).some((change) => change.what === what && change.fieldId === fieldId);
          const isMoot = what === "removed" && other.c === null;
          assert.ok(isAsked || isThere || isMoot, `${what} ${fieldId} against ${JSON.stringify(other)}`);
        }
      }
    }
  },
};

const vaultId = "65a1b2c3d4e5f60000000001";
const vaultOf = async (deks, version, owner = "alice") => new Vault({ me: async () => ({ owner: { id: owner } }) }, {
  id: vaultId, summary: { currentDekVersion: version },
  deks: new Map(await Promise.all(deks.map(async (number) => [number, { key: await importDek(new Uint8Array(32).fill(number)), forSealing: true }]))),
});
const detail = {
  vaultItemId: "65a1b2c3d4e5f60000000002", vaultId, version: 1, name: "I", type: "LOGIN", websites: [], groupId: null,
  fields: [{ id: "65a1b2c3d4e5f60000000003", name: "F", type: "TEXT", order: 0, fieldInstanceIds: ["65a1b2c3d4e5f60000000004"], assetIds: [] }],
};
/** An item whose value has to be asked for; `answer` changes what the server says. */
async function lazyItem(answer = {}) {
  const vault = await vaultOf([1], 1);
  const value = await vault.seal(detail.vaultItemId, detail.fields[0], utf8("hidden"));
  const said = { vaultItemId: detail.vaultItemId, fieldInstanceIds: detail.fields[0].fieldInstanceIds, dekVersion: 1, value, detailCheckpoint: { checkpoint: { version: 1 } }, ...answer };
  const asked = [];
  vault.fetchValue = async (id) => (asked.push(id), said);
  return { vault, asked, item: new Item(vault, detail, new Map([[detail.fields[0].id, { hasValue: true, dekVersion: 1, expiresAt: null }]])) };
}

const sealing = {
  async "draft opens for its item and its user alone, under the data key that it was sealed with"() {
    const before = await vaultOf([1], 1);
    const kept = await before.sealDraft("new", utf8("typed"));
    assert.ok(!fromUtf8(utf8(JSON.stringify([...kept.sealed]))).includes("typed"));
    const rekeyed = await vaultOf([1, 2], 2);
    assert.equal(fromUtf8(await rekeyed.openDraft("new", kept)), "typed");
    await assert.rejects(rekeyed.openDraft("other", kept), { name: "SealedError" });
    await assert.rejects((await vaultOf([1, 2], 2, "bob")).openDraft("new", kept), { name: "SealedError" });
    await assert.rejects(rekeyed.openDraft("new", { ...kept, dekVersion: 2 }), { name: "SealedError" });
    assert.equal((await rekeyed.sealDraft("new", utf8("x"))).dekVersion, 2);
  },
  async "value that did not come with the item is asked for each time"() {
    const { item, asked } = await lazyItem();
    assert.equal(item.field("F").hasValue, true);
    assert.equal(await item.reveal("F"), "hidden");
    assert.equal(await item.reveal("F"), "hidden");
    assert.equal(asked.length, 2);
  },
  async "value of another instance, item or data key is refused"() {
    for (const answer of [{ fieldInstanceIds: ["65a1b2c3d4e5f600000000ff"] }, { vaultItemId: "65a1b2c3d4e5f600000000ff" }, { dekVersion: 2 }, { value: undefined }]) {
      await assert.rejects((await lazyItem(answer)).item.reveal("F"), { name: "TrustError", code: "chain_broken" }, JSON.stringify(answer));
    }
    const newer = { fieldInstanceIds: ["65a1b2c3d4e5f600000000ff"], detailCheckpoint: { checkpoint: { version: 2 } } };
    await assert.rejects((await lazyItem(newer)).item.reveal("F"), { code: "item_changed" });
  },
  async "new label carries the value into the new instance"() {
    const { item, vault } = await lazyItem();
    const { detail: next, updates } = await item.edit({ change: { F: { name: "G", order: 4 } } });
    const [{ id, fieldInstanceIds: [instance], name, order }] = next.fields;
    assert.deepEqual([name, order, updates.length], ["G", 4, 1]);
    assert.notEqual(instance, detail.fields[0].fieldInstanceIds[0]);
    assert.equal(fromUtf8(await vault.open(item.id, { id, fieldInstanceIds: [instance] }, 1, updates[0].value)), "hidden");
    assert.deepEqual([updates[0].action, updates[0].fieldInstanceId], ["update", instance]);
  },
  async "base of an item tells instances apart"() {
    const { item } = await lazyItem();
    assert.deepEqual(baseOf(item).fields.map(({ instanceId, hasValue }) => [instanceId, hasValue]), [[detail.fields[0].fieldInstanceIds[0], true]]);
  },
};

let passed = 0;
const failures = [];
for (const [group, checks] of Object.entries({ editing, merging, sealing })) {
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
      passed += 1;
    } catch (error) {
      failures.push(`${group}: ${name}: ${error.stack}`);
    }
  }
}
console.log(JSON.stringify({ passed, failures }));
