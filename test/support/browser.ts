/** A real Chromium for tests of pages, or the decision that there is none. */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";

/** Where Debian and others put it. `AUDIO_DISSECT_CHROMIUM` names another, and then only that one counts. */
const named = process.env.AUDIO_DISSECT_CHROMIUM;
const places =
	named === undefined
		? [
				"/usr/bin/chromium",
				"/usr/bin/chromium-browser",
				"/usr/bin/google-chrome",
			]
		: [named];

const executable = places.find((place) => existsSync(place));

/** In continuous integration a skipped browser test is a failure. */
const required =
	process.env.CI === "true" ||
	process.env.AUDIO_DISSECT_REQUIRE_BROWSER === "1";

/**
 * Whether browser tests should be skipped: `describe.skipIf(browserIsMissing())`.
 * False when Chromium is required, so that the launch fails and says why.
 */
export function browserIsMissing(): boolean {
	return executable === undefined && !required;
}

/** Prints the one line about skipped browser tests. One test file calls it for all of them. */
export function announceMissingBrowser(): void {
	if (browserIsMissing())
		console.log(`browser tests skipped: no Chromium at ${places.join(", ")}`);
}

export type TestBrowser = {
	readonly context: BrowserContext;
	close(): Promise<void>;
};

/** Starts Chromium with an empty profile. Throws when there is none. */
export async function launchBrowser(
	options: { readonly javaScriptEnabled?: boolean } = {},
): Promise<TestBrowser> {
	if (executable === undefined)
		throw new Error(
			`browser tests need Chromium: expected one at ${places.join(" or ")}, found none; install it (apt-get install chromium) or name it in AUDIO_DISSECT_CHROMIUM`,
		);
	const profile = await mkdtemp(join(tmpdir(), "audio-dissect-browser-"));
	const context = await chromium.launchPersistentContext(profile, {
		executablePath: executable,
		headless: true,
		javaScriptEnabled: options.javaScriptEnabled ?? true,
		args: [
			"--no-sandbox",
			"--disable-gpu",
			"--disable-quic",
			"--no-first-run",
			"--disable-background-networking",
			"--disable-component-update",
			"--disable-sync",
			"--autoplay-policy=no-user-gesture-required",
		],
	});
	return {
		context,
		close: async () => {
			await context.close();
			await rm(profile, { recursive: true, force: true });
		},
	};
}

/** Everything a page says or asks for that it should not: console errors and warnings, uncaught errors, requests other than `file:` and `data:`. */
export function watchPage(page: Page): readonly string[] {
	const problems: string[] = [];
	page.on("console", (message) => {
		if (message.type() === "error" || message.type() === "warning")
			problems.push(`console ${message.type()}: ${message.text()}`);
	});
	page.on("pageerror", (error) => problems.push(`uncaught: ${error.message}`));
	page.on("requestfailed", (request) =>
		problems.push(`failed: ${request.url()} ${request.failure()?.errorText}`),
	);
	page.on("request", (request) => {
		if (!/^(?:file|data):/.test(request.url()))
			problems.push(`request: ${request.url()}`);
	});
	return problems;
}
