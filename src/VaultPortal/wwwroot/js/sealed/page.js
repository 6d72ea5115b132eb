// The entry for pages. It exports nothing: the session, which holds the unlocked key, is known to this file and to the elements that it
// is handed to, so nothing that decrypts or signs can be had from outside. The other files hold no state: whoever loads one by itself
// gets functions and no key to use them with.
import { clearClipboard } from "../clipboard.js";
import { KeySession } from "./page/session.js";
import { defineKeyState } from "./page/key-state.js";
import { defineKeys } from "./page/keys.js";
import { defineMembers } from "./page/members.js";
import { defineVaultActions } from "./page/vault-actions.js";
import { Client } from "./client/client.js";
import { Item } from "./client/item.js";
import { Vault } from "./client/vault.js";
import { Operation } from "./page/operation.js";
import { defineField } from "./page/field.js";
import { defineItem } from "./page/item.js";
import { defineHistory } from "./page/history.js";
import { defineCheckpoints } from "./page/checkpoints.js";
import { defineVerdict } from "./page/verdict.js";

// What the session and the clients inherit cannot be changed from outside either.
for (const { prototype } of [KeySession, Client, Vault, Item, Operation]) Object.freeze(prototype);

const session = new KeySession();
session.onlock(clearClipboard);
defineKeyState(session);
defineKeys(session);
defineVaultActions(session);
defineMembers(session);

// The history of an item hands what is restored to the item's editor: by this, which no other script can get at.
const editors = new Map();
defineField(session);
defineItem(session, editors);
defineHistory(session, editors);
defineCheckpoints(session);
defineVerdict(session);
