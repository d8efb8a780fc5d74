import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { rowsPerPage } from "../../../src/analysis/report/names.ts";
import { report } from "../../../src/analysis/report/report.ts";
import type { Json } from "../../../src/shared/hash.ts";
import { exemplarViews, neuronView, runView, sourceOf } from "./fixture.ts";
import { contents, folderPerTest, writeClip } from "./folder.ts";

const folder = folderPerTest();

describe("report", () => {
	it("writes a page for everything, the same bytes every time", async () => {
		const clip = await writeClip(folder(), "rain.wav", "fLaC and so on");
		const store = sourceOf({
			neurons: [3, 4, 9].map((unit) =>
				neuronView({ unit, high: exemplarViews([2, 1], [clip]), low: [] }),
			),
		});
		const progress: unknown[] = [];
		const first = await report({
			store,
			run: "latest",
			directory: join(folder(), "a"),
			onProgress: (event) => progress.push(event),
		});
		await report({ store, run: "latest", directory: join(folder(), "b") });
		expect(first).toEqual({
			index: join(folder(), "a", "index.html"),
			pages: 6,
			clips: 1,
			kept: false,
		});
		expect(progress).toEqual([{ stage: "report", done: 3, total: 3 }]);
		const files = await contents(join(folder(), "a"));
		expect([...files.keys()]).toEqual([
			"assets/report.css",
			"audio-dissect-report.json",
			`clips/${clip.hash.slice(0, 20)}.flac`,
			"concepts.html",
			"index.html",
			"layers/01-layer.0.output.dense/index.html",
			"layers/01-layer.0.output.dense/neuron-3.html",
			"layers/01-layer.0.output.dense/neuron-4.html",
			"layers/01-layer.0.output.dense/neuron-9.html",
		]);
		expect(await contents(join(folder(), "b"))).toEqual(files);
		const middle = files.get("layers/01-layer.0.output.dense/neuron-4.html");
		expect(middle).toContain('rel="prev" href="neuron-3.html"');
		expect(middle).toContain('rel="next" href="neuron-9.html"');
		expect((await readdir(folder())).sort()).toEqual(["a", "b", "rain.wav"]);
	});

	it("keeps a report of the same results when asked to, and only then", async () => {
		const clip = await writeClip(folder(), "rain.wav", "fLaC and so on");
		const source = (evaluations: Readonly<Record<string, Json>>) =>
			sourceOf({
				neurons: [
					neuronView({ unit: 3, high: exemplarViews([2], [clip]), low: [] }),
				],
				evaluations,
			});
		const options = {
			run: "latest",
			directory: join(folder(), "kept"),
			keepWhenUnchanged: true,
		};
		const first = await report({ ...options, store: source({}) });
		await writeFile(join(folder(), "kept", "index.html"), "touched");
		const again = await report({ ...options, store: source({}) });
		expect(again).toEqual({ ...first, kept: true });
		expect(await readFile(first.index, "utf8")).toBe("touched");
		const other = await report({ ...options, store: source({ x: 1 }) });
		expect(other.kept).toBe(false);
		expect(await readFile(first.index, "utf8")).toContain("<!doctype html>");
	});

	it("links every internal address to a file that is there", async () => {
		const clip = await writeClip(folder(), "rain.wav", "fLaC and so on");
		const layers = ["a/b", "a-b"].map((name) => ({
			name,
			units: 2,
			pooling: "mean" as const,
		}));
		await report({
			store: sourceOf({
				run: runView({ layers }),
				neurons: layers.flatMap(({ name }) =>
					[0, 1].map((unit) =>
						neuronView({
							layer: name,
							unit,
							high: exemplarViews([1], [clip]),
							low: [],
						}),
					),
				),
			}),
			run: "latest",
			directory: join(folder(), "out"),
		});
		const files = await contents(join(folder(), "out"));
		let links = 0;
		for (const [file, text] of files) {
			if (!file.endsWith(".html")) continue;
			for (const [, address = ""] of text.matchAll(/(?:href|src)="([^"]*)"/g)) {
				if (address.startsWith("#") || address.startsWith("data:")) continue;
				const { pathname } = new URL(address, `file:///${file}`);
				expect(files.has(pathname.slice(1)), `${address} of ${file}`).toBe(
					true,
				);
				links += 1;
			}
		}
		expect(links).toBeGreaterThan(40);
	});

	it("writes pages for a selection, whole tables, and links only where pages are", async () => {
		const clip = await writeClip(folder(), "rain.wav", "fLaC and so on");
		const other = await writeClip(folder(), "dog.wav", "fLaC and no more");
		const layers = ["a", "b"].map((name) => ({
			name,
			units: 4,
			pooling: "mean" as const,
		}));
		const written = await report({
			store: sourceOf({
				run: runView({ layers }),
				neurons: layers.flatMap(({ name }) =>
					[0, 1, 2, 3].map((unit) =>
						neuronView({
							layer: name,
							unit,
							high: exemplarViews([1], [unit === 1 ? other : clip]),
							low: [],
						}),
					),
				),
			}),
			run: "latest",
			directory: join(folder(), "out"),
			layers: ["b*"],
			neurons: new Map([["b", new Set([0, 2])]]),
		});
		const files = await contents(join(folder(), "out"));
		expect(
			[...files.keys()].filter((file) => file.includes("neuron-")),
		).toEqual(["layers/02-b/neuron-0.html", "layers/02-b/neuron-2.html"]);
		expect(written).toMatchObject({ pages: 2 + 2 + 2, clips: 1 });
		for (const [file, text] of files)
			for (const [, address = ""] of text.matchAll(/href="([^"#:]+)["#]/g)) {
				const { pathname } = new URL(address, `file:///${file}`);
				expect(files.has(pathname.slice(1)), `${address} of ${file}`).toBe(
					true,
				);
			}
		expect(files.get("layers/02-b/neuron-0.html")).toContain(
			'rel="next" href="neuron-2.html"',
		);
		expect(files.get("layers/02-b/neuron-2.html")).toContain(
			'rel="prev" href="neuron-0.html"',
		);
		expect(files.get("layers/01-a/index.html")?.match(/<tr id=/g)).toHaveLength(
			4,
		);
		await expect(
			report({
				store: sourceOf({ run: runView({ layers }), neurons: [] }),
				run: "latest",
				directory: join(folder(), "none"),
				layers: ["c"],
			}),
		).rejects.toMatchObject({ code: "layer_unknown" });
	});

	it("splits big layers, and links neurons across the split", async () => {
		const neurons = Array.from({ length: rowsPerPage + 1 }, (_, unit) =>
			neuronView({ unit, high: [], low: [] }),
		);
		const directory = join(folder(), "out");
		const { pages } = await report({
			store: sourceOf({ neurons }),
			run: "latest",
			directory,
		});
		expect(pages).toBe(rowsPerPage + 1 + 2 + 2);
		const layer = join(directory, "layers/01-layer.0.output.dense");
		const last = await readFile(
			join(layer, `neuron-${rowsPerPage - 1}.html`),
			"utf8",
		);
		expect(last).toContain(`rel="next" href="neuron-${rowsPerPage}.html"`);
		const over = await readFile(
			join(layer, `neuron-${rowsPerPage}.html`),
			"utf8",
		);
		expect(over).toContain(`rel="prev" href="neuron-${rowsPerPage - 1}.html"`);
		expect(over).toContain(`href="page-2.html#n${rowsPerPage}"`);
		const second = await readFile(join(layer, "page-2.html"), "utf8");
		expect(second).toContain('<span aria-current="page">2</span>');
		expect(second.match(/<tr id=/g)).toHaveLength(1);
	});

	it("writes a run that has nothing yet", async () => {
		const run = runView({ status: "running", timings: null, finishedAt: null });
		const { index, pages } = await report({
			store: sourceOf({ run, neurons: [] }),
			run: "latest",
			directory: join(folder(), "out"),
		});
		expect(pages).toBe(3);
		const text = await readFile(index, "utf8");
		expect(text).toContain("This run has not ended");
		expect(text).toContain("so it has no times yet");
		expect(text).not.toMatch(/NaN|undefined|Infinity/);
	});
});
