/** A small report with real clips and hostile text, opened from disk in a real Chromium. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { report } from "../../../src/analysis/report/report.ts";
import type { ClipView } from "../../../src/analysis/report/source.ts";
import { sha256 } from "../../../src/shared/hash.ts";
import {
	launchBrowser,
	type TestBrowser,
	watchPage,
} from "../../support/browser.ts";
import { writeRecording } from "../activations/fixture.ts";
import {
	clipView,
	exemplarViews,
	neuronView,
	runView,
	sourceOf,
} from "./fixture.ts";

export const layerFolder = "layers/01-layer.0.output.dense";

/** Pages of every kind: start, table, described neuron, failed neuron with hostile text. */
export const everyKind = [
	"index.html",
	"concepts.html",
	`${layerFolder}/index.html`,
	`${layerFolder}/neuron-2.html`,
	`${layerFolder}/neuron-11.html`,
];

export type ReportInBrowser = {
	/** Opens a page of the report in a new tab. */
	open(file: string): Promise<Page>;
	/** What pages have complained about or asked for since the last call. What is not taken fails the test. */
	takeProblems(): readonly string[];
	/** The page's address below the report's folder. */
	here(page: Page): string;
};

/** Registers the hooks; call inside `describe`. */
export function reportInBrowser(
	options: { readonly javaScriptEnabled?: boolean } = {},
): ReportInBrowser {
	let directory = "";
	let recording = "";
	let browser: TestBrowser | undefined;
	let pages: { readonly page: Page; readonly problems: readonly string[] }[] =
		[];
	const problems = (): readonly string[] =>
		pages.flatMap(({ problems: found }) => found);
	beforeAll(async () => {
		directory = await mkdtemp(join(tmpdir(), "audio-dissect-report-"));
		recording = await mkdtemp(join(tmpdir(), "audio-dissect-recording-"));
		await writeReport(directory, recording);
		browser = await launchBrowser(options);
	});
	afterEach(async () => {
		// Nothing went wrong, nothing was asked of the network, whatever the test did.
		const left = problems();
		for (const { page } of pages) await page.close();
		pages = [];
		expect(left).toEqual([]);
	});
	afterAll(async () => {
		await browser?.close();
		await rm(directory, { recursive: true, force: true });
		await rm(recording, { recursive: true, force: true });
	});
	return {
		async open(file) {
			if (browser === undefined) throw new Error("the browser is not running");
			const page = await browser.context.newPage();
			pages.push({ page, problems: watchPage(page) });
			await page.goto(pathToFileURL(join(directory, file)).href);
			return page;
		},
		takeProblems() {
			const taken = problems();
			pages = pages.map(({ page }) => ({ page, problems: [] }));
			return taken;
		},
		here: (page) => page.url().slice(pathToFileURL(directory).href.length + 1),
	};
}

/** Units of the rows that can be seen, in their order. */
export function shownUnits(page: Page): Promise<string[]> {
	return page.locator("tbody tr:visible th").allTextContents();
}

const demo = fileURLToPath(new URL("../../../demo/", import.meta.url));

async function demoClip(name: string): Promise<ClipView> {
	const path = join(demo, "clips", name);
	return clipView({
		id: `clips/${name}`,
		path,
		hash: sha256(await readFile(path)),
	});
}

/** Units 2, 10, 11 (failed, hostile) and 30; labels and attributes are hostile too. */
async function writeReport(
	directory: string,
	recording: string,
): Promise<void> {
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
	const columns = Array.from({ length: 60 }, (_, index) => ({
		...clipView({
			id: `${evil}${index}`,
			label: ["rain", "wind", evil][index % 3] ?? null,
			attributes: { f0_hz: 100 + index, [evil]: index % 7 },
		}),
		sourceRecording: null,
	}));
	await writeRecording(recording, {
		"layer.0.output.dense": Array.from({ length: 31 }, (_, unit) =>
			columns.map((_clip, index) => Math.sin(unit + index / 9)),
		),
	});
	await report({
		store: sourceOf({
			clips: columns,
			run: runView({
				recording: { id: "33", path: recording },
				layers: [{ name: "layer.0.output.dense", units: 31, pooling: "mean" }],
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
}
