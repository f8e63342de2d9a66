// Lighthouse's four scores of a page, and what cost points, as JSON: node lighthouse.mjs URL; the browser is $CHROME_PATH.
import * as chromeLauncher from "chrome-launcher";
import lighthouse from "lighthouse";

const chrome = await chromeLauncher.launch({ chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
try {
  const { lhr } = await lighthouse(process.argv[2], { port: chrome.port, output: "json", logLevel: "error" });
  const categories = Object.values(lhr.categories);
  const cost = categories.flatMap(category => category.auditRefs)
    .filter(({ id, weight }) => weight && (lhr.audits[id].score ?? 1) < 0.9)
    .map(({ id }) => `${id}: ${lhr.audits[id].displayValue || lhr.audits[id].title}`);
  process.stdout.write(JSON.stringify({ scores: Object.fromEntries(categories.map(({ id, score }) => [id, Math.round(score * 100)])), cost }));
} finally {
  chrome.kill();
}
