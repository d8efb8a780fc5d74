// Takes the pictures of the README from the demo's report: `npm run screenshots` (run the demo first; needs Chromium).
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const report = resolve(process.argv[2] ?? "audio-dissect-demo/report");
const pages = {
	"neuron.png": ["layers/13-classifier/neuron-15.html", 1320],
};
if (!existsSync(report))
	throw new Error(`${report} is not there: run \`npm run demo\` first`);

const browser = await chromium.launch({
	executablePath: process.env.AUDIO_DISSECT_CHROMIUM ?? "/usr/bin/chromium",
	args: [
		"--no-sandbox",
		"--disable-gpu",
		"--disable-background-networking",
		"--disable-sync",
		"--no-first-run",
	],
});
for (const [name, [page, height]] of Object.entries(pages)) {
	const tab = await browser.newPage({
		viewport: { width: 1100, height },
		deviceScaleFactor: 1,
	});
	await tab.goto(pathToFileURL(`${report}/${page}`).href);
	await tab.screenshot({ path: fileURLToPath(new URL(name, import.meta.url)) });
}
await browser.close();
