// The requests of the portal's pages: by the session's cookie and an antiforgery token, never by a key.
import { Transport } from "../client/transport.js";
import { VaultPortalError } from "../errors.js";
import { antiforgeryToken, forgetAntiforgeryToken } from "../../portal-api.js";
import { prove } from "../../step-up.js";
import { sendTelling } from "./send-telling.js";

const credentials = (ended) => ({
  async headers(method) {
    if (method === "GET") return {};
    try {
      return { RequestVerificationToken: await antiforgeryToken() };
    } catch (refused) {
      throw new VaultPortalError({ status: refused.code === "unreachable" ? 0 : 403, code: refused.code, message: refused.message });
    }
  },

  /** Where the session has ended, so has the use of its key. A token that is too old is fetched again; where the password is needed anew, it is asked for. */
  async renew({ code, status }) {
    if (status === 401) ended();
    if (code === "antiforgery_refused") forgetAntiforgeryToken();
    return code === "antiforgery_refused" || (code === "step_up_required" && (await prove()));
  },
});

const options = { fetch: (address, request) => (request.onprogress ? sendTelling : fetch)(address, request) };

/** `ended` is called when the server knows no session any more. */
export const portalTransport = (ended) => new Transport("/api/v1/portal/sealed/", credentials(ended), options);
