// Files of fields: what their description says, and the choice of a new one.
import { icon, make } from "../../sealed.js";
import { maxAssetLength } from "../assets.js";

/** Bytes in words. */
export function sizeOf(bytes) {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

/** `{name, mediaType, size}` of a description, as text or read. A name that is a path, or none, becomes one that is a name. */
export function describe(description) {
  const { name, mediaType, size } = typeof description === "string" ? JSON.parse(description) : description;
  return { name: String(name).replace(/[\\/\u0000-\u001f]+/g, "_") || "file", mediaType: String(mediaType), size: Number(size) };
}

/** Name, kind and size of the file that a description is of. */
export function fileView(text) {
  const { name, mediaType, size } = describe(text);
  return make("span", { class: "file-name", "data-testid": "file-description" }, icon("file"), make("strong", {}, name), ` ${mediaType || "unknown kind"}, ${sizeOf(size)}`);
}

/** Chooses a file and sends it encrypted. `typed` hears what the field is to name. */
export function fileEditor({ label, hasFile, typed, upload }) {
  const status = make("p", { class: "hint", role: "status", "data-testid": "file-status" }, `At most ${sizeOf(maxAssetLength)}. It is encrypted here before it is sent; the field names it when you save.`);
  const progress = make("progress", { max: 100, hidden: true, "aria-label": `Sending the file of ${label}`, "data-testid": "file-progress" });
  const input = make("input", { type: "file", "aria-label": `${hasFile ? "Another file" : "File"} for ${label}`, "data-testid": "file-input", onchange: () => take(input.files[0]) });
  const drop = make("div", { class: "drop" }, input, status, progress);
  drop.addEventListener("dragover", (event) => event.preventDefault());
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer.files[0]);
  });

  async function take(file) {
    if (!file || drop.hasAttribute("aria-busy")) return;
    if (file.size > maxAssetLength) {
      say(`This file has ${sizeOf(file.size)}. At most ${sizeOf(maxAssetLength)} can be kept.`, true);
      return;
    }
    drop.setAttribute("aria-busy", "true");
    input.disabled = true;
    [progress.hidden, progress.value] = [false, 0];
    say("Encrypting and sending.");
    try {
      typed(await upload(file, (sent, total) => (progress.value = (100 * sent) / Math.max(1, total))));
      say(`Sent, encrypted: ${file.name}, ${sizeOf(file.size)}. It belongs to the field once you save.`);
    } catch (error) {
      say(error.message, true);
    } finally {
      drop.removeAttribute("aria-busy");
      input.disabled = false;
      progress.hidden = true;
      input.value = "";
    }
  }

  function say(text, bad = false) {
    status.className = bad ? "fault" : "hint";
    status.textContent = text;
  }

  return { element: drop, focus: () => input.focus(), forget: () => drop.replaceChildren() };
}
