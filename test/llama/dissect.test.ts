/** Every stage of `dissect` for 8 classifier units of the demo, by a real local model: through node-llama-cpp, and through a real OpenAI-compatible server. Never that a text is right. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { openStore } from "../../src/store/open.ts";
import { root, runCli } from "../support/cli.ts";
import { temporaryFolder } from "../support/study.ts";
import { localProvider, modelFile, notAborted, serverUrl } from "./local.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

/** Both studies share a store: the recording and the embeddings are made once. */
function study(name: string, languageModel: string): string {
	const path = join(folder.path, `${name}.yaml`);
	writeFileSync(
		path,
		`network: demo
layers: [classifier]
probeSet: ${join(root, "demo/probe-set.jsonl")}
conceptSet: ${join(root, "concepts/demo.txt")}
prompts: ${join(root, "test/llama/prompts")}
store: store
exemplars: { count: 3 }
languageModel: { check: false, maxOutputTokens: 160, ${languageModel} }
`,
	);
	return path;
}

const local = study(
	"local",
	`provider: llama-cpp, file: ${JSON.stringify(modelFile)}, threads: 1, contextSize: 2048`,
);
const served = study(
	"served",
	`provider: openai, model: smollm2, baseUrl: ${serverUrl}, extraBody: { cache_prompt: false }, reply: text, concurrency: 1, timeoutSeconds: 170`,
);

const counts = z.object({
	described: z.number(),
	skipped: z.number(),
	failed: z.number(),
});
const resultSchema = z.object({
	run: z.object({ id: z.string(), status: z.string() }),
	layers: z.array(
		z.object({
			layer: z.literal("classifier"),
			modules: z.record(z.string(), counts),
		}),
	),
	budgetReached: z.boolean(),
	spent: z.object({
		lines: z.array(
			z.object({
				operation: z.string(),
				calls: z.number(),
				served: z.number(),
				failed: z.number(),
				inputTokens: z.number(),
				outputTokens: z.number(),
			}),
		),
	}),
});

async function dissect(config: string, ...more: readonly string[]) {
	const { code, stdout, stderr } = await runCli([
		...["dissect", "--config", config, "--neurons", "classifier#0-7"],
		...["--json", ...more],
	]);
	if (code !== 0 && code !== 1)
		throw new Error(`exit code ${code}:\n${stderr}`);
	const result = resultSchema.parse(JSON.parse(stdout));
	const line = (operation: string) =>
		result.spent.lines.find((one) => one.operation === operation);
	return {
		code,
		run: result.run.id,
		modules: result.layers[0]?.modules ?? {},
		budgetReached: result.budgetReached,
		line,
	};
}

const callsSchema = z.array(
	z.object({
		operation: z.string(),
		outcome: z.string(),
		reply: z.string(),
		request: z.object({
			messages: z.array(
				z.object({
					role: z.enum(["system", "user", "assistant"]),
					content: z.string(),
				}),
			),
			format: z.enum(["schema", "json", "text"]).optional(),
		}),
	}),
);

async function callsOf(neuron: string, config: string) {
	const { stdout } = await runCli([
		...["runs", "calls", neuron, "--config", config, "--json"],
	]);
	return callsSchema.parse(JSON.parse(stdout));
}

/** What is held of every finished run, whatever the model wrote. */
function expectEveryStage(result: Awaited<ReturnType<typeof dissect>>): void {
	for (const name of ["closed-set", "summarize", "summary-calibration"])
		expect(result.modules[name]).toEqual({
			described: 8,
			skipped: 0,
			failed: 0,
		});
	const open = result.modules["open-set-extraction"];
	expect((open?.described ?? 0) + (open?.failed ?? 0)).toBe(8);
	// A word the model could not judge fails its neurons, and nothing else does.
	expect(result.code).toBe(open?.failed === 0 ? 0 : 1);
	const store = openStore({
		directory: join(folder.path, "store"),
		readOnly: true,
	});
	try {
		const neurons = store.readLayerNeurons(result.run, "classifier", {
			from: 0,
			count: 48,
		});
		expect(neurons).toHaveLength(8);
	} finally {
		store.close();
	}
}

/** Runs it again: what was answered is served from the store, and only what failed is asked anew. */
async function expectCached(
	config: string,
	first: Awaited<ReturnType<typeof dissect>>,
): Promise<void> {
	const again = await dissect(config);
	expect(again.run).toBe(first.run);
	expect(again.modules).toEqual(first.modules);
	expect(again.line("summarize")?.calls).toBe(16);
	const filter = first.line("acoustic-filter");
	if (filter?.failed === 0)
		expect(again.line("acoustic-filter")).toEqual(filter);
}

describe("through node-llama-cpp", () => {
	it("stops at the budget, goes on where it stopped, and asks nothing twice", async () => {
		const stopped = await dissect(local, "--set", "budget.calls=3");
		expect(stopped).toMatchObject({ code: 1, budgetReached: true });
		expect(stopped.line("summarize")).toMatchObject({ calls: 3, failed: 0 });

		const finished = await dissect(local);
		expect(finished.run).toBe(stopped.run);
		expectEveryStage(finished);
		// 8 neurons with two sides, the 3 calls of the stopped run among them.
		expect(finished.line("summarize")).toMatchObject({ calls: 16, failed: 0 });
		await expectCached(local, finished);
	});

	it("its replies are the same bytes in another process", async () => {
		const [call] = (await callsOf("classifier#0", local)).filter(
			({ operation }) => operation === "summarize",
		);
		const provider = localProvider({ maxOutputTokens: 160 });
		try {
			const { messages, format = "schema" } = call?.request ?? {
				messages: [],
			};
			const answer = await provider.ask(
				{
					operation: "summarize",
					messages,
					// Only for replies held to a schema, which these are not.
					schema: { name: "summary", zod: z.unknown(), json: {} },
					sampleIndex: 0,
					format,
				},
				notAborted,
			);
			expect(format).toBe("text");
			expect(answer.text).toBe(call?.reply);
		} finally {
			await provider.close?.();
		}
	});

	it("recorded calls are replayed without the model", async () => {
		// Without the module whose call may have failed: a failed call is not replayed.
		const replayed = await dissect(
			local,
			...["--modules", "closed-set,summarize,summary-calibration"],
			...["--set", "languageModel.provider=replay"],
			...["--set", "languageModel.replayOf=llama-cpp"],
		);
		expect(replayed.modules.summarize).toEqual({
			described: 8,
			skipped: 0,
			failed: 0,
		});
	});
});

describe("through an OpenAI-compatible server", () => {
	it("describes every neuron, and asks nothing twice", async () => {
		const finished = await dissect(served);
		expectEveryStage(finished);
		expect(finished.line("summarize")).toMatchObject({ calls: 16, failed: 0 });
		await expectCached(served, finished);
	});
});
