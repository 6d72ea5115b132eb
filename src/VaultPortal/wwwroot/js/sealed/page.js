// The entry for pages. It exports nothing: the session, which holds the unlocked key, is known to this file and to the elements that it
// is handed to, so nothing that decrypts or signs can be had from outside. The other files hold no state: whoever loads one by itself
// gets functions and no key to use them with.
import { KeySession } from "./page/session.js";
import { defineKeyState } from "./page/key-state.js";
import { defineKeys } from "./page/keys.js";
import { defineMembers } from "./page/members.js";
import { defineVaultActions } from "./page/vault-actions.js";
import { defineField } from "./page/field.js";
import { defineItem } from "./page/item.js";
import { defineHistory } from "./page/history.js";
import { defineCheckpoints } from "./page/checkpoints.js";
import { defineVerdict } from "./page/verdict.js";

const session = new KeySession();
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
