/** The report in a real Chromium, opened from disk. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { report } from "../../../src/analysis/report/report.ts";
import type { ClipView } from "../../../src/analysis/report/source.ts";
import { sha256 } from "../../../src/shared/hash.ts";
import {
	browserIsMissing,
	launchBrowser,
	type TestBrowser,
	watchPage,
} from "../../support/browser.ts";
import { lowContrast } from "../../support/contrast.ts";
import {
	clipView,
	exemplarViews,
	neuronView,
	runView,
	sourceOf,
} from "./fixture.ts";

/** What the tests look at in the page; the project itself is not typed for browsers. */
type Player = {
	readonly paused: boolean;
	readonly error: { readonly message: string } | null;
	readonly duration: number;
	readonly currentTime: number;
};
type Control = {
	readonly labels?: { readonly length: number } | null;
	readonly textContent: string | null;
	readonly ariaLabel: string | null;
	readonly outerHTML: string;
};

const demo = fileURLToPath(new URL("../../../demo/", import.meta.url));
const layerFolder = "layers/01-layer.0.output.dense";

async function demoClip(name: string): Promise<ClipView> {
	const path = join(demo, "clips", name);
	return clipView({
		id: `clips/${name}`,
		path,
		hash: sha256(await readFile(path)),
	});
}

describe.skipIf(browserIsMissing())("the report in a browser", () => {
	let directory = "";
	let browser: TestBrowser;
	let page: Page;
	let problems: readonly string[] = [];

	const open = async (file: string): Promise<void> => {
		page = await browser.context.newPage();
		problems = watchPage(page);
		await page.goto(pathToFileURL(join(directory, file)).href);
	};
	const here = (): string =>
		page.url().slice(pathToFileURL(directory).href.length + 1);
	const shownUnits = (): Promise<string[]> =>
		page.locator("tbody tr:visible th").allTextContents();

	beforeAll(async () => {
		directory = await mkdtemp(join(tmpdir(), "audio-dissect-report-"));
		const clips = [
			await demoClip("rain-01.flac"),
			await demoClip("flute-01.flac"),
		];
		const sides = {
			high: exemplarViews([2, 1], clips),
			low: exemplarViews([-2, -1], clips),
		};
		const base = neuronView();
		if (base.closedSet?.status !== "described") throw new Error("fixture");
		const { output } = base.closedSet;
		const scored = (score: number, concept: string, aboveNull: boolean) => ({
			status: "described" as const,
			output: { ...output, ranked: [{ concept, score }], aboveNull },
		});
		const evil = `"'><script>alert(1)</script><img src=x onerror=alert(1)>`;
		await report({
			store: sourceOf({
				run: runView({
					probeSet: {
						...runView().probeSet,
						excluded: [
							{ id: "x", path: "x", code: "clip_missing", message: evil },
						],
					},
				}),
				neurons: [
					neuronView({
						unit: 2,
						...sides,
						closedSet: scored(0.5, "rain", true),
					}),
					neuronView({
						unit: 10,
						...sides,
						closedSet: scored(-0.1, "wind", false),
					}),
					neuronView({
						unit: 11,
						high: exemplarViews(
							[1],
							[{ ...clipView(), captions: [evil], label: evil }],
						),
						closedSet: null,
						calibrated: {
							status: "failed",
							error: { name: "E", code: "e", message: evil },
						},
					}),
					neuronView({
						unit: 30,
						...sides,
						closedSet: scored(0.75, "applause", true),
					}),
				],
			}),
			run: "latest",
			directory,
		});
		browser = await launchBrowser();
	});
	afterEach(async () => {
		// Nothing went wrong, nothing was asked of the network, whatever the test did.
		expect(problems).toEqual([]);
		await page.close();
	});
	afterAll(async () => {
		await browser?.close();
		await rm(directory, { recursive: true, force: true });
	});

	it("leads from the start page to a neuron and back", async () => {
		await open("index.html");
		await page.getByRole("link", { name: "layer.0.output.dense" }).click();
		expect(here()).toBe(`${layerFolder}/index.html`);
		await page.getByRole("link", { name: "#10" }).click();
		expect(here()).toBe(`${layerFolder}/neuron-10.html`);
		await page
			.getByRole("navigation", { name: "Breadcrumbs" })
			.getByRole("link", { name: "tiny-ast" })
			.click();
		expect(here()).toBe("index.html");
		await page.getByRole("link", { name: "Neurons by concept" }).click();
		await page
			.getByRole("link", { name: "layer.0.output.dense#30" })
			.first()
			.click();
		expect(here()).toBe(`${layerFolder}/neuron-30.html`);
	});

	it("applies its stylesheet", async () => {
		await open("index.html");
		const display = await page.evaluate(
			"getComputedStyle(document.querySelector('.figures')).display",
		);
		expect(display).toBe("grid");
	});

	it("plays a real clip, one at a time", async () => {
		await open(`${layerFolder}/neuron-2.html`);
		const players = page.locator("audio");
		expect(await players.count()).toBe(4);
		// Two seconds could be over before a busy machine looks.
		await players.evaluateAll((all: readonly { loop: boolean }[]) => {
			for (const player of all) player.loop = true;
		});
		const state = (index: number) =>
			players.nth(index).evaluate((player: Player) => ({
				playing: !player.paused,
				moved: player.currentTime > 0,
				error: player.error?.message ?? null,
				seconds: Math.round(player.duration * 10) / 10,
			}));
		const playing = { playing: true, moved: true, error: null, seconds: 2 };
		await page.keyboard.press("1");
		await expect.poll(() => state(0)).toEqual(playing);
		await page.keyboard.press("Shift+Digit2");
		await expect.poll(() => state(3)).toEqual(playing);
		await expect.poll(async () => (await state(0)).playing).toBe(false);
		await page.keyboard.press("Shift+Digit2");
		await expect.poll(async () => (await state(3)).playing).toBe(false);
	});

	it("goes to the neighbours and the table by keyboard", async () => {
		await open(`${layerFolder}/neuron-2.html`);
		for (const [key, file] of [
			["j", "neuron-10.html"],
			["ArrowRight", "neuron-11.html"],
			["k", "neuron-10.html"],
			["ArrowLeft", "neuron-2.html"],
			["k", "neuron-2.html"],
			["u", "index.html#n2"],
		] as const) {
			await page.keyboard.press(key);
			await expect.poll(here).toBe(`${layerFolder}/${file}`);
			await page.waitForLoadState("load");
		}
	});

	it("sorts by number and by text, unknown values last", async () => {
		await open(`${layerFolder}/index.html`);
		expect(await shownUnits()).toEqual(["#2", "#10", "#11", "#30"]);
		const sortBy = async (name: string): Promise<string[]> => {
			await page.getByRole("button", { name, exact: true }).click();
			return await shownUnits();
		};
		expect(await sortBy("Score")).toEqual(["#30", "#2", "#10", "#11"]);
		expect(
			await page
				.getByRole("columnheader", { name: "Score" })
				.getAttribute("aria-sort"),
		).toBe("descending");
		expect(await sortBy("Score")).toEqual(["#10", "#2", "#30", "#11"]);
		expect(await sortBy("Closed-set concept")).toEqual([
			"#30",
			"#2",
			"#10",
			"#11",
		]);
		expect(await sortBy("Unit")).toEqual(["#2", "#10", "#11", "#30"]);
		expect(await page.locator("[aria-sort]").count()).toBe(1);
	});

	it("filters by words, status and concept", async () => {
		await open(`${layerFolder}/index.html`);
		await page.keyboard.press("/");
		await page.keyboard.type("STEADY rain app");
		expect(await shownUnits()).toEqual(["#30"]);
		expect(await page.locator("#count").textContent()).toBe("1 of 4 shown");
		await page.getByLabel("Search").fill("");
		await page.getByLabel("Status").selectOption("failed");
		expect(await shownUnits()).toEqual(["#11"]);
		await page.getByLabel("Status").selectOption("");
		await page.getByLabel("concept above the null").check();
		expect(await shownUnits()).toEqual(["#2", "#30"]);
	});

	it("runs nothing that a caption or an error brings along", async () => {
		let dialogs = 0;
		for (const file of [
			"index.html",
			`${layerFolder}/index.html`,
			`${layerFolder}/neuron-11.html`,
		]) {
			await open(file);
			page.on("dialog", async (dialog) => {
				dialogs += 1;
				await dialog.dismiss();
			});
			await page.waitForLoadState("load");
			expect(await page.locator("main img, main script").count()).toBe(0);
			expect(problems).toEqual([]);
		}
		expect(dialogs).toBe(0);
	});

	it("refuses scripts that are not its own", async () => {
		await open(`${layerFolder}/neuron-2.html`);
		const ran = await page.evaluate(`(() => {
			const script = document.createElement("script");
			script.textContent = "window.ran = true";
			document.body.append(script);
			return "ran" in window;
		})()`);
		expect(ran).toBe(false);
		expect(problems).toHaveLength(1);
		expect(problems[0]).toContain("Content Security Policy");
		problems = [];
	});

	it("has landmarks, one main heading, and a name for every control", async () => {
		for (const file of [
			"index.html",
			`${layerFolder}/index.html`,
			`${layerFolder}/neuron-2.html`,
		]) {
			await open(file);
			for (const landmark of ["banner", "main", "contentinfo"] as const)
				expect(
					await page.getByRole(landmark).count(),
					`${landmark} of ${file}`,
				).toBe(1);
			expect(await page.getByRole("heading", { level: 1 }).count(), file).toBe(
				1,
			);
			const unnamed = await page
				.locator("main :is(input, select, button, audio, a)")
				.evaluateAll((elements: readonly Control[]) =>
					elements
						.filter(
							({ labels, textContent, ariaLabel }) =>
								(ariaLabel ?? textContent ?? "").trim() === "" &&
								(labels?.length ?? 0) === 0,
						)
						.map(({ outerHTML }) => outerHTML),
				);
			expect(unnamed, file).toEqual([]);
			const levels = await page
				.locator(":is(h1, h2, h3)")
				.evaluateAll((elements: readonly { readonly tagName: string }[]) =>
					elements.map(({ tagName }) => Number(tagName[1])),
				);
			for (const [index, level] of levels.entries())
				expect(level - (levels[index - 1] ?? 0), file).toBeLessThan(2);
			expect(problems).toEqual([]);
		}
	});

	it.each(["light", "dark"] as const)(
		"has enough contrast in %s",
		async (colorScheme) => {
			for (const file of [
				"index.html",
				`${layerFolder}/index.html`,
				`${layerFolder}/neuron-2.html`,
				`${layerFolder}/neuron-11.html`,
			]) {
				await open(file);
				await page.emulateMedia({ colorScheme });
				expect(await lowContrast(page), file).toEqual([]);
				expect(problems).toEqual([]);
			}
		},
	);

	it("fits a narrow screen", async () => {
		for (const file of [
			"index.html",
			`${layerFolder}/index.html`,
			`${layerFolder}/neuron-2.html`,
		]) {
			await open(file);
			await page.setViewportSize({ width: 360, height: 800 });
			const width = await page
				.locator("html")
				.evaluate(
					({ scrollWidth }: { readonly scrollWidth: number }) => scrollWidth,
				);
			expect(width, file).toBeLessThanOrEqual(360);
			expect(problems).toEqual([]);
		}
	});

	it("works without script: the whole table, no dead controls", async () => {
		const plain = await launchBrowser({ javaScriptEnabled: false });
		try {
			page = await plain.context.newPage();
			problems = watchPage(page);
			await page.goto(
				pathToFileURL(join(directory, layerFolder, "index.html")).href,
			);
			expect(await shownUnits()).toEqual(["#2", "#10", "#11", "#30"]);
			expect(await page.getByRole("button").count()).toBe(0);
			expect(await page.getByLabel("Search").isVisible()).toBe(false);
			await page.getByRole("link", { name: "#10" }).click();
			expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe(
				"layer.0.output.dense#10",
			);
		} finally {
			await page.close();
			await plain.close();
			await open("index.html");
		}
	});
});
