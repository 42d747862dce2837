// An OpenID Connect provider for tests, on loopback. Its sign-in page accepts any name; a name that begins with "mfa-" has used two factors.
// Arguments: port, redirect URI, client secret. Prints "ready" when it listens.
import { Provider } from "oidc-provider";

const [port, redirectUri, secret] = process.argv.slice(2);
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: "click-safely", client_secret: secret, redirect_uris: [redirectUri] }],
  claims: { openid: ["sub", "amr"] },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (context, interaction) => `/interaction/${interaction.uid}` },
  cookies: { keys: ["a key of the tests"] },
  findAccount: (context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  // No page asks for consent.
  loadExistingGrant: async (context) => {
    const { client, session } = context.oidc;
    const grant = new context.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope("openid");
    await grant.save();
    return grant;
  },
});

const PAGE = `<!doctype html><title>Provider</title><form method="post"><label>Name <input name="name"></label>
<button>Sign in at the provider</button><button name="cancelled" value="1">Cancel</button></form>`;

const body = async (request) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  return new URLSearchParams(Buffer.concat(parts).toString());
};

provider.use(async (context, next) => {
  if (!context.path.startsWith("/interaction/")) return next();
  if (context.method !== "POST") {
    context.type = "html";
    context.body = PAGE;
    return undefined;
  }
  const form = await body(context.req);
  const name = form.get("name");
  const amr = name.startsWith("mfa-") ? ["pwd", "mfa"] : ["pwd"];
  const result = form.has("cancelled") ? { error: "access_denied" } : { login: { accountId: name, amr } };
  context.respond = false;
  return provider.interactionFinished(context.req, context.res, result, { mergeWithLastSubmission: false });
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
