// The microformats2 of a page, as the parser that most JavaScript readers use sees it.
// HTML on standard input, its URL as the argument; mf2 JSON on standard output.

import { readFileSync } from "node:fs";
import { mf2 } from "microformats-parser";

const [baseUrl] = process.argv.slice(2);
const html = readFileSync(0, "utf8");

process.stdout.write(JSON.stringify(mf2(html, { baseUrl })));
