// The site as a Micropub client sees it that we did not write: what each of its commands came to.
// The address of the site as the argument, {"token", "picture"} on standard input; JSON on standard output.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const relParser = require("rel-parser");
// Why: micropub-helper wants version 2 of this, which cannot be had; version 1 has the same function by no name.
relParser.relParser = relParser;
const { Micropub } = require("micropub-helper");

const [me] = process.argv.slice(2);
const { token, picture } = JSON.parse(readFileSync(0, "utf8"));

// Limit: the client's own discovery refuses a site without IndieAuth; this is the scraper that it uses.
const [micropubEndpoint] = (await relParser(me)).micropub;
const client = new Micropub({ me, token, micropubEndpoint });
const status = async (url) => (await fetch(url, { redirect: "manual" })).status;
const refusal = async (promise) => promise.then(() => "nothing was refused", (error) => error.status);

const said = { endpoint: micropubEndpoint, config: await client.query("config") };

said.form = await client.create({ h: "entry", content: "A note as a form", category: ["one", "two"] }, "form");
said.json = await client.create({
  type: ["h-entry"],
  properties: { name: ["An article"], content: [{ html: "<p>with <em>markup</em></p>" }] },
});
const photo = new Blob([readFileSync(picture)], { type: "image/webp" });
said.multipart = await client.create({ h: "entry", content: "A picture", photo }, "multipart");

said.whole = await client.querySource(said.json);
said.part = await client.querySource(said.form, ["content", "category"]);

said.statuses = [await status(said.form)];
await client.delete(said.form);
said.statuses.push(await status(said.form));
await client.undelete(said.form);
said.statuses.push(await status(said.form));

const stranger = new Micropub({ me, token: "wrong", micropubEndpoint });
said.refused = await refusal(stranger.query("config"));

process.stdout.write(JSON.stringify(said));
