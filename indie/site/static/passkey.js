// Passkeys (WebAuthn): a button that makes one, or signs in with one; its data-… say which, and by what addresses.
{
  const button = document.querySelector("[data-passkey]");
  const place = document.querySelector("[data-passkey-message]");
  const words = place.dataset; // its data-… say what this script says, in the language of the page
  const registers = button.dataset.passkey === "register";
  let busy = false;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const base64url = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");

  const post = async (url, body) => {
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) })
      .catch(() => { throw new Error(words.silent); });
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) return said;
    if (answer.status === 401) location.assign(`/signin?next=${encodeURIComponent(location.pathname)}`);
    throw new Error(said.error_description ?? words.fault);
  };

  const ask = (options) => {
    const publicKey = { ...options, challenge: bytes(options.challenge) };
    if (!registers) return navigator.credentials.get({ publicKey });
    publicKey.user = { ...options.user, id: bytes(options.user.id) };
    publicKey.excludeCredentials = options.excludeCredentials.map((one) => ({ ...one, id: bytes(one.id) }));
    return navigator.credentials.create({ publicKey });
  };

  const json = ({ id, rawId, type, response }) => {
    const said = { transports: response.getTransports?.() };
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (response[name]) said[name] = base64url(response[name]);
    }
    return { id, rawId: base64url(rawId), type, response: said };
  };

  const run = async () => {
    if (busy) return;
    busy = true;
    place.textContent = words.asks;
    try {
      const credential = json(await ask(await post(button.dataset.options, {})));
      const name = button.form?.elements.name?.value;
      location.assign((await post(button.dataset.verify, { credential, name, next: button.dataset.next })).next);
    } catch (error) {
      place.textContent = words[error.name[0].toLowerCase() + error.name.slice(1)] ?? error.message;
    }
    busy = false;
  };

  if (window.PublicKeyCredential) {
    button.hidden = false;
    place.textContent = "";
    button.addEventListener("click", run);
    button.form?.addEventListener("submit", (event) => { event.preventDefault(); run(); });
  }
}
