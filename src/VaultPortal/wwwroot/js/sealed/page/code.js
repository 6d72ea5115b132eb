// The one-time code of a value, with the seconds that it still counts.
import { make } from "../../sealed.js";
import { code, parseTotp } from "./totp.js";

const grouped = (digits) => digits.replace(/^(\d{3,4})(\d{3,4})$/, "$1 $2");

/** Shows it and goes on with the next one until `stop()`. Throws where the value gives no codes. */
export function codeView(value) {
  const parsed = parseTotp(value);
  const digits = make("span", { class: "code mono", "data-testid": "totp-code" });
  const seconds = make("span", { class: "muted left", "data-testid": "totp-left" });
  const view = make("span", { class: "totp" }, digits, seconds);
  const tick = async () => {
    const now = await code(parsed);
    digits.textContent = grouped(now.code);
    seconds.textContent = `next in ${now.secondsLeft} s`;
  };
  const ticking = setInterval(tick, 1000);
  tick();
  view.stop = () => clearInterval(ticking);
  return view;
}

/** The code of this moment. */
codeView.now = async (value) => (await code(parseTotp(value))).code;
