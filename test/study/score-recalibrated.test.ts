/** Scoring a recalibrated run's summaries: what is not scored, and why. That it scores is seen from outside (test/cli/recalibrate.test.ts). */
import { describe, expect, it } from "vitest";
import type { Json } from "../../src/shared/hash.ts";
import type { Store } from "../../src/store/store.ts";
import { scoreRecalibrated } from "../../src/study/score-recalibrated.ts";
import {
	startSampleRun,
	temporaryFolder,
	temporaryStore,
} from "../support/temporary-store.ts";

function runWith(store: Store, descriptor: Json, resolved: Json) {
	// The probe set and the recording of the sample; the network is another one.
	startSampleRun(store);
	const networkId = store.putNetwork({
		hash: "network-hash",
		name: "named",
		descriptor,
		layers: [],
	});
	const id = startSampleRun(store, {
		key: "fedcba9876543210",
		networkId,
		resolved,
	});
	return { store, run: store.readRun(id) };
}

const named = { output: "second", classes: ["rain", "wind"] };
const embeddings = (provider: string, directory: string | null = null) => ({
	embeddings: { provider, directory },
});

describe("scoreRecalibrated", () => {
	it.each([
		["no class names", { output: "second", classes: null }],
		["no output layer", { output: null, classes: ["rain"] }],
		["an output layer that was not dissected", { ...named, output: "third" }],
		["a descriptor of another kind", { file: "tiny.onnx" }],
	])("has nothing to score with %s", async (_, descriptor) => {
		const made = runWith(temporaryStore(), descriptor, embeddings("local"));
		expect(await scoreRecalibrated(made)).toBeNull();
		expect(made.store.readEvaluations(made.run.id)).toEqual({});
	});

	it("asks no server for vectors, and says so", async () => {
		const made = runWith(temporaryStore(), named, embeddings("openai"));
		expect(await scoreRecalibrated(made)).toBe(
			"the run's embeddings are those of a server (openai), and recalibrate sends nothing",
		);
		expect(made.store.readEvaluations(made.run.id)).toEqual({});
	});

	it("says what is missing when the encoder is gone, or not named", async () => {
		const gone = runWith(
			temporaryStore(),
			named,
			embeddings("local", temporaryFolder()),
		);
		expect(await scoreRecalibrated(gone)).toMatch(/encoder/);
		const unnamed = runWith(temporaryStore(), named, {});
		expect(await scoreRecalibrated(unnamed)).toBe(
			"the run's config does not say which encoder it used",
		);
	});

	it("has nothing to score without calibrated summaries", async () => {
		const made = runWith(temporaryStore(), named, embeddings("local"));
		expect(await scoreRecalibrated(made)).toBeNull();
		expect(made.store.readEvaluations(made.run.id)).toEqual({});
	});
});
