// The site as a Micropub client sees it that we did not write: what each of its commands came to.
// The address of the site as the argument, {"library", "token", "picture"} on standard input, the library as it is
// called in package.json; JSON on standard output.

import { createReadStream, readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [me] = process.argv.slice(2);
const { library, token, picture } = JSON.parse(readFileSync(0, "utf8"));
const isOld = library === "micropub-helper-1";

// Why: version 1 brings a FormData that its axios can send; it takes that of Node ≥ 18 instead, which axios refuses.
if (isOld) delete globalThis.FormData;
// Why: the same axios asks a proxy of the machine even for loopback.
for (const name of ["http_proxy", "HTTP_PROXY"]) delete process.env[name];

const require = createRequire(import.meta.url);
const relParser = require("rel-parser");
// Why: micropub-helper 2 wants version 2 of this, which cannot be had; version 1 has the same function by no name.
relParser.relParser = relParser;
const Micropub = isOld ? require(library) : require(library).Micropub;

const client = new Micropub({ me, token });
const { micropub: micropubEndpoint } = await client.getEndpointsFromUrl(me);
const status = async (url) => (await fetch(url, { redirect: "manual" })).status;
const refusal = async (promise) => promise.then(() => "nothing was refused", (error) => error.status);

const said = { endpoint: micropubEndpoint, config: await client.query("config") };

// Why: each post names the library, so that none is the same as one that another version has sent.
said.form = await client.create({ h: "entry", content: `A note by ${library}`, category: ["one", "two"] }, "form");
said.json = await client.create({
  type: ["h-entry"],
  properties: { name: [`An article by ${library}`], content: [{ html: "<p>with <em>markup</em></p>" }] },
});
const photo = isOld ? createReadStream(picture) : new Blob([readFileSync(picture)], { type: "image/webp" });
said.multipart = await client.create({ h: "entry", content: `A picture by ${library}`, photo }, "multipart");

said.whole = await client.querySource(said.json);
said.part = await client.querySource(said.form, ["content", "category"]);

const updated = async (update) => {
  await client.update(said.form, update);
  return (await client.querySource(said.form, ["content", "category"])).properties;
};
said.replaced = await updated({ replace: { content: ["Corrected"] } });
said.added = await updated({ add: { category: ["three"] } });
said.withoutValue = await updated({ delete: { category: ["one"] } });
said.withoutProperty = await updated({ delete: ["category"] });

said.statuses = [await status(said.form)];
await client.delete(said.form);
said.statuses.push(await status(said.form));
await client.undelete(said.form);
said.statuses.push(await status(said.form));

const stranger = new Micropub({ me, token: "wrong", micropubEndpoint });
said.refused = await refusal(stranger.query("config"));

process.stdout.write(JSON.stringify(said));
