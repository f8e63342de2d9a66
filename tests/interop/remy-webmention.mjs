// A sender that we did not write reads a page, discovers the endpoint of everything that it links to, and tells them.
// The page's address as the argument; JSON on standard output: what it sent, and what was answered.

import Webmention from "@remy/webmention";

const [source] = process.argv.slice(2);
const sender = new Webmention({ limit: 10, send: true });
const sent = [];

sender.on("sent", ({ source, target, endpoint, status }) => sent.push({ source, target, endpoint: endpoint.url, status }));
sender.on("error", (error) => {
  throw error instanceof Error ? error : new Error(error.message);
});
// Why exit: as webmention.mjs does, connections are left open.
sender.on("end", () => process.stdout.write(JSON.stringify(sent), () => process.exit()));
sender.fetch(source);
