// A webmention by a sender that we did not write: whether it found the endpoint, and what that answered.
// The target as the argument, the source on standard input; JSON on standard output.

import { readFileSync } from "node:fs";
import sendWebmention from "send-webmention";

const [target] = process.argv.slice(2);
const source = readFileSync(0, "utf8");

sendWebmention(source, target, (error, { success, res } = {}) => {
  if (error) throw error;
  const said = { success, status: res?.statusCode, location: res?.headers.location };
  // Why exit: the sender leaves its connections open, and Node would wait for the site to close them.
  process.stdout.write(JSON.stringify(said), () => process.exit());
});
