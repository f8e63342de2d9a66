// The article of a page, as Firefox's reader mode extracts it.
// HTML on standard input, its URL as the argument; JSON on standard output, null where there is no article.

import { readFileSync } from "node:fs";
import { Readability } from "@mozilla/readability";
import { JSDOM, VirtualConsole } from "jsdom";

const [url] = process.argv.slice(2);
const html = readFileSync(0, "utf8");

// A console of its own: jsdom's remarks on CSS it cannot read say nothing about the page.
const { document } = new JSDOM(html, { url, virtualConsole: new VirtualConsole() }).window;
const article = new Readability(document).parse();

process.stdout.write(
  JSON.stringify(
    article && {
      title: article.title,
      byline: article.byline,
      content: article.content,
      textContent: article.textContent,
    },
  ),
);
