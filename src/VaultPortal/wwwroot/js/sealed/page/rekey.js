// A new data key, and sealing under it what stands under older ones: one consent to both.
import { make } from "../../sealed.js";
import { canonicalText } from "../jcs.js";
import { Operation } from "./operation.js";

/** Whether an update only seals values anew: labels, types, order and place of everything stay. */
export function sealsAnew({ action, checkpoints }) {
  return action === "reencrypt" && checkpoints.every(({ kind, before, after }) =>
    kind === "detail" && after.version === before.version + 1 && canonicalText(bare(before)) === canonicalText(bare(after)));
}

const bare = ({ version, fields, ...rest }) =>
  ({ ...rest, fields: fields.map(({ fieldInstanceIds, assetIds, ...field }) => ({ ...field, instances: fieldInstanceIds.length, assets: assetIds.length })) });

const values = (count) => `${count} ${count === 1 ? "value" : "values"}`;

/** The dialog's plan for a vault; without `rekey` values are sealed anew only. */
export async function planRekey(session, vaultId, { rekey = true } = {}) {
  const operation = new Operation(session, sealsAnew);
  const vault = await operation.client.openVault(vaultId);
  return {
    vaults: [vault],
    title: rekey ? `Rekey “${vault.name}”` : `Seal anew in “${vault.name}”`,
    said: [
      make("p", {}, rekey
        ? "The vault gets a new data key, wrapped to the keys of its present members. Whoever was removed does not get it. Then every value is sealed anew under it."
        : `${values(vault.staleInstances)} stand under an older data key, which somebody who left may know. They are sealed anew under version ${vault.dekVersion}.`),
      make("p", { class: "muted" },
        "Sealing anew signs one update of each item, which changes nothing but the sealed values. It stops between two items when you leave this page or press Stop; nothing is lost, and it goes on from there later."),
    ],
    verb: rekey ? "Sign and rekey" : "Sign and seal anew",
    names: namesOf(vault),
    operations: () => [{
      operation,
      async run({ onprogress, signal }) {
        let total = vault.staleInstances;
        const watch = {
          signal,
          onprogress: ({ count }) => onprogress({ count, total: Math.max(count, total), of: "values" }),
        };
        if (!rekey) return sealAnew(vault, watch);
        await vault.rekey();
        try {
          await vault.refresh();
          total = vault.staleInstances;
          watch.onprogress({ count: 0 });
          return await sealAnew(vault, watch);
        } catch (error) {
          throw Object.assign(error, { done: [vault.id] });
        }
      },
    }],
    saved: () => ({ id: vault.id, version: vault.dekVersion }),
    after: ([result]) => leftOver(result),
  };
}

async function sealAnew(vault, watch) {
  const count = await vault.reencrypt(watch);
  await vault.refresh();
  return { count, left: vault.staleInstances };
}

function leftOver(result) {
  if (!result || result.left === 0) return null;
  return `${values(result.count)} sealed anew. ${values(result.left)} still stand under an older data key: go on later, in the members of the vault. Those that have expired cannot be read and stay as they are.`;
}

/** How the server calls those whose keys it gives. */
export const namesOf = (vault) => new Map(vault.membership.keys.map(({ ownerId, ownerName }) => [ownerId, ownerName]));
