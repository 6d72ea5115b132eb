// The client of machines: by an API key, at the machine API.
import { Client } from "../client/client.js";
import { Transport } from "../client/transport.js";

export class MachineClient extends Client {
  /** @param {object} options `address`, `apiKey`, those of Client, and `maxAttempts`, `fetch`, `timeout` (milliseconds) for the requests */
  constructor({ address, apiKey, ...options }) {
    const credentials = { headers: async () => ({ "X-API-Key": apiKey }), renew: async () => false };
    super({ ...options, transport: new Transport(`${String(address).replace(/\/$/, "")}/api/v1/machine/`, credentials, options) });
  }
}
