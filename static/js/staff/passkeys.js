// Passkeys: asks the browser to use one at sign-in, or to create one. Without scripts, the pages offer codes.
const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const descriptors = (list) => (list ?? []).map((each) => ({ ...each, id: toBytes(each.id) }));

// Replaces the binary values of the server's options, which are base64url.
const decode = (options) => ({
  ...options,
  challenge: toBytes(options.challenge),
  ...(options.user && { user: { ...options.user, id: toBytes(options.user.id) } }),
  ...(options.allowCredentials && { allowCredentials: descriptors(options.allowCredentials) }),
  ...(options.excludeCredentials && { excludeCredentials: descriptors(options.excludeCredentials) }),
});

const encode = ({ id, rawId, type, response, authenticatorAttachment, getClientExtensionResults }, credential) => ({
  id,
  rawId: toText(rawId),
  type,
  authenticatorAttachment,
  clientExtensionResults: getClientExtensionResults.call(credential),
  response: {
    clientDataJSON: toText(response.clientDataJSON),
    ...(response.attestationObject && {
      attestationObject: toText(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    }),
    ...(response.authenticatorData && {
      authenticatorData: toText(response.authenticatorData),
      signature: toText(response.signature),
      userHandle: response.userHandle ? toText(response.userHandle) : null,
    }),
  },
});

// Runs one ceremony of `navigator.credentials` ("get" or "create"), then submits the form with the response.
const run = async (form, place, ceremony) => {
  const status = place.querySelector("[role=status]");
  status.textContent = "";
  try {
    const answer = await fetch(place.dataset.passkeyOptions, {
      method: "POST",
      headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
    });
    if (!answer.ok) throw new Error(answer.status);
    const credential = await navigator.credentials[ceremony]({ publicKey: decode(await answer.json()) });
    form.elements.passkey.value = JSON.stringify(encode(credential, credential));
    form.submit();
  } catch {
    status.textContent = place.dataset.passkeyFailed;
  }
};

for (const place of window.PublicKeyCredential ? document.querySelectorAll("[data-passkey-options]") : []) {
  place.querySelector(".passkey-unavailable").hidden = true;
  if (place.tagName === "FORM") {
    place.addEventListener("submit", (event) => {
      event.preventDefault();
      if (place.elements.name.value.trim()) run(place, place, "create");
      else place.submit();
    });
  } else {
    const form = place.closest("form");
    place.querySelector(".passkey-offer").hidden = false;
    place.querySelector("button").addEventListener("click", () => {
      // After a sign-in service there is neither a user name nor a password.
      const fields = [form.elements.username, form.elements.password].filter(Boolean);
      if (fields.every((field) => field.reportValidity())) run(form, place, "get");
    });
  }
}
