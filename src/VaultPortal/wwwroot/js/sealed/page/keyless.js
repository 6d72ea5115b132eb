// Reading without a key: verifying needs none, so what was signed can be checked also while everything is locked.
import { Client } from "../client/client.js";

/** A client that verifies, and neither opens nor signs. */
export const keylessClient = (session) => new Client({ transport: session.transport, pins: session.pins, approve: async () => false });
