import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { report } from "../../../src/analysis/report/report.ts";
import {
	clipView,
	exemplarViews,
	neuronView,
	runView,
	sourceOf,
} from "./fixture.ts";
import { contents, folderPerTest } from "./folder.ts";

const folder = folderPerTest();

describe("report", () => {
	it("keeps hostile text as text on every page", async () => {
		const evil = `"'\`><script>alert(1)</script><img src=x onerror=alert(1)>\u0000&lt;`;
		const clip = clipView({
			id: evil,
			label: evil,
			captions: [evil, evil],
			path: join(folder(), "gone"),
		});
		const base = neuronView({ layer: evil });
		if (
			base.closedSet?.status !== "described" ||
			base.openSet?.status !== "described"
		)
			throw new Error("fixture");
		const error = {
			name: evil,
			code: evil,
			message: evil,
			hint: evil,
			evidence: { [evil]: evil, nested: { [evil]: [evil] } },
		};
		const sentences = [{ text: evil, support: [1] }];
		const struck = { text: evil, kept: false, cosine: 0.9, nearestLow: evil };
		const neurons = [
			neuronView({
				layer: evil,
				unit: 0,
				high: exemplarViews([1], [clip]),
				low: exemplarViews([0], [clip]),
				closedSet: {
					status: "described",
					output: {
						...base.closedSet.output,
						ranked: [{ concept: evil, score: 1 }],
					},
				},
				summaries: {
					status: "described",
					output: {
						high: {
							side: "high",
							sentences,
							dropped: [{ text: evil, reason: "junk" }],
						},
						low: { side: "low", sentences, dropped: [] },
					},
				},
				calibrated: {
					status: "described",
					output: {
						status: "calibrated",
						threshold: 0.5,
						sentences: [struck, { ...struck, kept: true }],
						low: sentences,
					},
				},
				openSet: {
					status: "described",
					output: {
						...base.openSet.output,
						adjectives: [{ lemma: evil, support: 1, acoustic: "yes" }],
						nouns: [{ lemma: evil, support: 1 }],
						negated: [evil],
						description: evil,
					},
				},
				provenance: [
					{
						module: "summarize",
						promptHash: evil,
						model: evil,
						callIds: [1],
						attempt: 1,
					},
				],
			}),
			neuronView({
				layer: evil,
				unit: 1,
				summaries: { status: "failed", error },
				openSet: {
					status: "skipped",
					reason: evil,
					evidence: { [evil]: evil },
				},
			}),
		];
		const run = runView({
			layers: [{ name: evil, units: 2, pooling: "mean" }],
			network: { hash: evil, name: evil, descriptor: { [evil]: evil } },
			conceptSet: { name: evil, hash: evil },
			probeSet: {
				name: evil,
				hash: evil,
				clips: 1,
				excluded: [{ id: evil, path: evil, code: evil, message: evil }],
				warnings: [{ id: evil, code: evil, message: evil }],
			},
			tags: [evil],
			toolVersion: evil,
			resolved: {
				languageModel: { provider: evil, model: evil, baseUrl: evil },
			},
			seeds: { [evil]: evil },
			timings: { [evil]: 1 },
			neurons: evil,
		});
		const directory = join(folder(), "out");
		await report({ store: sourceOf({ run, neurons }), run: "x", directory });
		const files = await contents(directory);
		let pages = 0;
		for (const [file, text] of files) {
			if (!file.endsWith(".html")) continue;
			pages += 1;
			expect(text, file).not.toContain("\u0000");
			expect(text, file).not.toContain("<img");
			expect(text, file).not.toContain("<script>alert");
			// One inline script at most: ours.
			expect(text.match(/<script/g)?.length ?? 0, file).toBeLessThan(2);
			// No attribute was broken out of: every tag parses as name and quoted attributes.
			for (const [tag] of text
				.replace(/<script>[\s\S]*<\/script>/, "")
				.matchAll(/<[a-z][^>]*>/g))
				expect(tag, file).toMatch(
					/^<[a-z][a-z0-9]*(?:\s+[a-zA-Z-]+(?:="[^"<>]*")?)*\s*\/?>$/,
				);
		}
		expect(pages).toBe(5);
	});
});
