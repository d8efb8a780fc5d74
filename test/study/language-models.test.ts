import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import { CallDeferredError } from "../../src/errors.ts";
import type { DeferredCall } from "../../src/llm/ask.ts";
import { createLedger } from "../../src/llm/ledger.ts";
import { loadPrices } from "../../src/llm/prices.ts";
import { openLanguageModels } from "../../src/study/language-models.ts";
import { configFile, MINIMAL } from "../config/folder.ts";
import { rejection, request } from "../llm/helpers.ts";
import {
	type FakeLlmServer,
	startFakeLlmServer,
} from "../support/fake-llm-server.ts";
import { startSampleRun, temporaryStore } from "../support/temporary-store.ts";

let server: FakeLlmServer;
beforeEach(async () => {
	server = await startFakeLlmServer();
});
afterEach(() => server.close());

const settings = async (languageModel: object) =>
	(
		await loadConfig({
			path: configFile(
				`${MINIMAL}languageModel: ${JSON.stringify(languageModel)}\n`,
			),
		})
	).languageModel;

const fake = () => ({
	provider: "openai",
	model: "strong",
	baseUrl: server.openAiUrl,
});

describe("a model for each use", () => {
	test("uses with the same settings share one model, others have their own", async () => {
		const store = temporaryStore();
		const languageModel = await settings({
			...fake(),
			modules: { "acoustic-filter": { model: "cheap" }, judge: {} },
		});
		const models = openLanguageModels({ languageModel, store });
		const summarize = await models.open("summarize");
		const caption = await models.open("caption");
		const filter = await models.open("acoustic-filter");
		expect(caption?.model).toBe(summarize?.model);
		expect(summarize?.model.model).toBe("strong");
		expect(filter?.model.model).toBe("cheap");
		expect(summarize?.identity).toMatchObject({
			provider: "openai",
			model: "strong",
			baseUrl: server.openAiUrl,
			reply: "json",
			structuredOutput: "schema",
		});
		// One probe for each model, and those that judge are also asked for log-probabilities.
		expect(server.requests.map(({ model }) => model)).toEqual([
			"strong",
			"cheap",
		]);
		const judge = await models.open("judge");
		expect(judge?.model.capabilities.logprobs).toBe("top");
		expect(server.requests).toHaveLength(3);
		await models.close();
	});

	test("all that ask one server keep its limits together", async () => {
		const store = temporaryStore();
		const languageModel = await settings({
			...fake(),
			concurrency: 1,
			structuredOutput: "schema",
			modules: { "acoustic-filter": { model: "cheap" } },
		});
		const models = openLanguageModels({ languageModel, store });
		const opened = [
			await models.open("summarize"),
			await models.open("acoustic-filter"),
		];
		await Promise.all(
			opened.flatMap((one) =>
				["1. a", "1. b", "1. c"].map((text) =>
					one?.model.generate(request(text)),
				),
			),
		);
		expect(server.requests).toHaveLength(6);
		expect(server.maxInFlight()).toBe(1);
		await models.close();
	});

	test("probes of runs that never begin are charged to one job, also while another process holds it", async () => {
		const store = temporaryStore();
		const languageModel = await settings(fake());
		server.setScript(() => ({ kind: "status", status: 404 }));
		const fail = async (): Promise<void> => {
			const ledger = createLedger({
				store,
				prices: await loadPrices(null),
				budget: { usd: null, tokens: null, calls: null },
			});
			const models = openLanguageModels({ languageModel, store, ledger });
			await expect(models.open("summarize")).rejects.toThrow();
			await models.close();
		};
		await fail();
		const [job] = store.listJobs();
		const key = `${job?.id.slice("probe-".length)}${"0".repeat(52)}`;
		const { release } = store.beginJob({ kind: "probe", key });
		await fail();
		release();
		expect(store.listJobs()).toEqual([job]);
		const calls = store
			.readLedger(job?.id ?? "")
			.reduce((sum, line) => sum + line.calls, 0);
		expect(calls).toBe(server.requests.length);
	});

	test("a probe is remembered by the store", async () => {
		const store = temporaryStore();
		const languageModel = await settings(fake());
		for (let i = 0; i < 2; i += 1) {
			const models = openLanguageModels({ languageModel, store });
			await models.open("summarize");
			await models.close();
		}
		expect(server.requests).toHaveLength(1);
	});

	test("none for a use that names none; nothing is asked for", async () => {
		const store = temporaryStore();
		const models = openLanguageModels({
			languageModel: await settings({
				...fake(),
				modules: { "acoustic-filter": { provider: "none" } },
			}),
			store,
		});
		expect(await models.open("acoustic-filter")).toBeNull();
		expect(server.requests).toHaveLength(0);
	});

	test("a key is needed where the provider asks for one, and only by who uses it", async () => {
		const store = temporaryStore();
		const models = openLanguageModels({
			languageModel: await settings({
				...fake(),
				modules: {
					judge: {
						provider: "anthropic",
						model: "other",
						apiKeyEnv: "NO_SUCH_KEY",
					},
				},
			}),
			store,
		});
		await models.open("summarize");
		await expect(models.open("judge")).rejects.toMatchObject({
			code: "api_key_missing",
		});
		await models.close();
	});
});

describe("replay", () => {
	test("serves what was recorded, without a server; the run is the same one", async () => {
		const store = temporaryStore();
		const live = openLanguageModels({
			languageModel: await settings(fake()),
			store,
		});
		const recorded = await live.open("summarize");
		const answer = await recorded?.model.generate(request());
		await server.close();
		const replay = openLanguageModels({
			languageModel: await settings({
				...fake(),
				provider: "replay",
				replayOf: "openai",
			}),
			store,
		});
		const replayed = await replay.open("summarize");
		expect(replayed?.identity).toEqual(recorded?.identity);
		expect(await replayed?.model.generate(request())).toEqual({
			...answer,
			cached: true,
		});
		await expect(
			replayed?.model.generate(request("1. other")),
		).rejects.toMatchObject({ code: "replay_miss" });
	});
});

test("a call that waits in an open batch is not sent online too, whoever asks", async () => {
	const store = temporaryStore();
	const languageModel = await settings({
		...fake(),
		structuredOutput: "schema",
	});
	const aside: DeferredCall[] = [];
	const counting = openLanguageModels({
		languageModel,
		store,
		defer: (call) => aside.push(call),
	});
	const counted = await counting.open("summarize");
	await counted?.model.generate(request()).catch(() => undefined);
	store.prepareBatch({
		run: startSampleRun(store),
		server: { ...fake(), api: "chat" },
		requests: aside.map(({ key, call, request: body, worst }) => ({
			key,
			operation: call.operation,
			request: body,
			sampleIndex: call.sampleIndex,
			worst,
			worstUsd: null,
		})),
	});
	const models = openLanguageModels({ languageModel, store });
	const asked = await models.open("summarize");
	if (asked === null) throw new Error("no model");
	await rejection(asked.model.generate(request()), CallDeferredError);
	expect(server.requests).toHaveLength(0);
	await asked.model.generate(request("1. another"));
	expect(server.requests).toHaveLength(1);
	await counting.close();
	await models.close();
});
