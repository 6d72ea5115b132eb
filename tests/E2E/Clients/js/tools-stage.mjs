// Puts the tools of the sealed pages into a closed root of an element, as editors do. What they give is kept for the test to look at.
import { make, seal } from "/js/sealed.js";
import { generatorPanel, qrPicker, strengthMeter, totpView } from "/js/sealed/page/tools-view.js";
import { parseTotp } from "/js/sealed/page/totp.js";

export const given = { used: [], found: [] };

export function stage(host, secret) {
  const input = make("input", { type: "text", id: "typed", autocomplete: "off", "data-testid": "typed" });
  const meter = strengthMeter(input);
  const code = totpView(parseTotp(secret));
  const generator = generatorPanel({
    onuse: (text) => {
      given.used.push(text);
      input.value = text;
      meter.renew();
    },
  });
  const picker = qrPicker({ onfound: (text) => given.found.push(parseTotp(text).issuer) });
  seal(host).append(
    make("form", { class: "form", onsubmit: (event) => (event.preventDefault(), given.used.push("sent")) },
      make("div", { class: "field" }, make("label", { for: "typed" }, "Value"), input, meter.element),
      generator.element,
      make("p", { class: "after" }, code.element),
      picker.element));
  given.removeCode = () => code.element.remove();
  given.codeText = () => code.element.querySelector("output").textContent;
}
