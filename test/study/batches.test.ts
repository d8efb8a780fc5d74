/** A step of a dissection in batches, where the store also has another config's batches. */
import { expect, test } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import { collectDeferred } from "../../src/dissect/dry-run-calls.ts";
import { dissectInBatches } from "../../src/study/batches.ts";
import { configFile, MINIMAL } from "../config/folder.ts";
import { startSampleRun, temporaryStore } from "../support/temporary-store.ts";

test("an open batch of another config's model does not hold this run up", async () => {
	const store = temporaryStore();
	const run = startSampleRun(store);
	store.prepareBatch({
		run,
		server: {
			provider: "openai",
			api: "chat",
			baseUrl: "http://localhost:1/v1",
			model: "another",
		},
		requests: [
			{
				key: "0".repeat(64),
				operation: "summarize",
				request: {},
				sampleIndex: 0,
				worst: { input: 1, output: 1 },
				worstUsd: null,
			},
		],
	});
	class Dissecting extends Error {}
	await expect(
		dissectInBatches({
			config: await loadConfig({ path: configFile(MINIMAL) }),
			store,
			batchServers: [],
			writer: null,
			deferred: collectDeferred(),
			poll: true,
			dissect: () => Promise.reject(new Dissecting()),
		}),
	).rejects.toBeInstanceOf(Dissecting);
	expect(store.openBatches()).toHaveLength(1);
});
