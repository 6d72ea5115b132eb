// As fetch, for bytes that go out: it tells how many went, which fetch cannot.
export function sendTelling(address, { method, body, headers, signal, onprogress }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, address);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.responseType = "blob";
    request.upload.onprogress = ({ loaded, total }) => onprogress(loaded, total);
    request.onload = () => resolve(new Response(request.status === 204 ? null : request.response, {
      status: request.status, headers: headersOf(request.getAllResponseHeaders()),
    }));
    request.onerror = request.ontimeout = () => reject(new TypeError("The server gave no answer."));
    request.onabort = () => reject(signal.reason);
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.send(body);
  });
}

const headersOf = (text) => new Headers(text.trim().split(/\r?\n/).filter(Boolean).map((line) => {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
}));
