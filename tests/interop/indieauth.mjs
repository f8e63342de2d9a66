// Signing in as apps do that we did not write, in two steps: what they would send the owner's browser to, and what
// they make of the code that it comes back with.
// The address of the site as the argument; {"library", "client", "redirect", "state"} and, for the second step,
// {"code", "kept"} on standard input; JSON on standard output.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [me] = process.argv.slice(2);
const given = JSON.parse(readFileSync(0, "utf8"));
// Why: axios 0.19 asks a proxy of the machine even for loopback.
for (const name of ["http_proxy", "HTTP_PROXY"]) delete process.env[name];

const require = createRequire(import.meta.url);
const relParser = require("rel-parser");
// Why: micropub-helper 2 wants version 2 of this, which cannot be had; version 1 has the same function by no name.
relParser.relParser = relParser;

const settings = { me, clientId: given.client, redirectUri: given.redirect, state: given.state };
const apps = {
  "indieauth-helper": {
    make: () => new (require("indieauth-helper"))({ ...settings, codeVerifier: given.kept ?? "v".repeat(64) }),
    ask: (app) => app.getAuthUrl("code", ["create", "profile"]),
    kept: (app) => app.options.codeVerifier,
    redeem: async (app, code) => {
      await app.getRelsFromUrl(me);
      return app.getToken(code);
    },
  },
  "micropub-helper": {
    make: () => new (require("micropub-helper").Micropub)({ ...settings, scope: "create profile", codeVerifier: given.kept }),
    ask: (app) => app.getAuthUrl(),
    kept: (app) => app.options.codeVerifier,
    redeem: async (app, code) => {
      await app.getEndpointsFromUrl(me);
      return app.getToken(code);
    },
  },
};
const library = apps[given.library];
const app = library.make();
const said = given.code
  ? { token: await library.redeem(app, given.code) }
  : { url: await library.ask(app), kept: library.kept(app) };
process.stdout.write(JSON.stringify(said));
