// The elements that hold values, and what the circuit hears of them: ids and versions.
import "./bell.js";
import "./bulk-rotation.js";
import "./calendar.js";
import "./import-form.js";
import "./item-drag.js";
import "./list-rows.js";
import "./revealed-value.js";
import "./sealed-actions-bridge.js";
import "./secret-form.js";
import "./sealed/page.js";

Blazor.registerCustomEventType("secretsaved", {
  createEventArgs: ({ detail }) => ({ id: detail.id, version: detail.version }),
});
Blazor.registerCustomEventType("secretshown", { createEventArgs: () => ({}) });
Blazor.registerCustomEventType("rotationphase", {
  createEventArgs: ({ detail }) => ({ phase: detail.phase, rotated: detail.rotated ?? 0, left: detail.left ?? 0, keys: detail.keys ?? 0 }),
});
Blazor.registerCustomEventType("sealedsaved", {
  createEventArgs: ({ detail }) => ({ kind: detail.kind, id: detail.id, version: detail.version, ids: detail.ids }),
});
Blazor.registerCustomEventType("ordermoved", {
  createEventArgs: ({ detail }) => ({ group: detail.group, items: detail.items, before: detail.before }),
});
Blazor.registerCustomEventType("tabvisibility", {
  createEventArgs: ({ detail }) => ({ hidden: detail.hidden }),
});
Blazor.registerCustomEventType("sealedchanges", {
  createEventArgs: ({ detail }) => ({ count: detail.count, version: detail.version }),
});
