/** Money from the outside, beyond the calls of modules: probes, embeddings, captions, the quiz, batches, and requests that got no reply. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStore } from "../../src/store/open.ts";
import { runCli, startCli } from "../support/cli.ts";
import {
	createGate,
	type FakeLlmServer,
	startFakeLlmServer,
} from "../support/fake-llm-server.ts";
import { initRecordedStudy } from "../support/recorded-store.ts";
import { asking, temporaryFolder } from "../support/study.ts";
import { sine, writeWav } from "../support/wav.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

let server: FakeLlmServer;
beforeEach(async () => {
	server = await startFakeLlmServer();
});
afterEach(() => server.close());

async function study(name: string): Promise<string> {
	const config = await initRecordedStudy(
		join(folder.path, name),
		asking(server, "fake-1"),
	);
	writePrices(join(folder.path, name));
	return config;
}

function writePrices(directory: string): void {
	writeFileSync(
		join(directory, "prices.yaml"),
		[
			`- baseUrl: ${server.openAiUrl}`,
			"  asOf: 2026-11-01",
			"  source: a test",
			"  batchFactor: 0.25",
			"  audioTokensPerSecond: 10",
			"  models:",
			"    fake-1: { input: 1, output: 10, audioInput: 20 }",
			"    embedder: { input: 2, output: 0 }",
			"",
		].join("\n"),
	);
}

const set = (...fields: readonly string[]): string[] =>
	fields.flatMap((field) => ["--set", field]);

const asked = (protocol: string): number =>
	server.requests.filter((request) => request.protocol === protocol).length;

describe("a server that says nothing about what it can do", () => {
	it("is asked again by each command, and never beyond the run's budget", async () => {
		const config = await study("unclear");
		server.setScript(({ messages }) =>
			messages.some(({ content }) => String(content).startsWith("Say hello"))
				? { kind: "status", status: 429 }
				: { kind: "reply" },
		);
		const dissect = (...args: readonly string[]) =>
			runCli([
				...["dissect", "--config", config, "--neurons", "classifier#0-1"],
				...args,
			]);
		for (let time = 0; time < 3; time += 1) {
			const { code, stdout } = await dissect(...set("budget.calls=3"));
			expect(code).toBe(1);
			expect(stdout).toMatch(/budget {5}reached \(calls 3\)/);
			expect(server.requests).toHaveLength(3);
		}
		const { code, stdout } = await dissect(
			"--json",
			...set("budget.calls=1000"),
		);
		expect(code).toBe(0);
		const { spent } = JSON.parse(stdout);
		expect(spent.total.calls).toBe(server.requests.length);
		expect(
			spent.lines.find(({ module }: { module: string }) => module === "probe"),
		).toMatchObject({ calls: 2, failed: 2 });
	});
});

describe("a command that ends before its run", () => {
	it.each([
		["dissect", []],
		["llm", ["check"]],
	] as const)("%s: its probe is charged to a job", async (verb, more) => {
		const config = await study(`ends-${verb}`);
		server.setScript(() => ({ kind: "status", status: 404 }));
		const command = (...args: readonly string[]) =>
			runCli([verb, ...more, "--config", config, ...args]);
		expect((await command()).code).toBeGreaterThan(0);
		const sent = server.requests.length;
		expect(sent).toBeGreaterThan(0);
		const shown = await runCli([
			...["runs", "show", "probe", "--config", config, "--json"],
		]);
		const { job, spent } = JSON.parse(shown.stdout);
		expect(job).toMatchObject({ kind: "probe" });
		expect(spent.lines).toMatchObject([
			{ module: "probe", calls: sent, failed: sent },
		]);
	});
});

describe("embeddings by a server", () => {
	it("are counted by the dry run, stop at the budget, and are uses of their own in the ledger", async () => {
		const config = await study("embeddings");
		const fields = set(
			"prices=prices.yaml",
			"embeddings.provider=openai",
			"embeddings.model=embedder",
			`embeddings.baseUrl=${server.openAiUrl}`,
		);
		const dissect = (...args: readonly string[]) =>
			runCli(["dissect", "--config", config, ...fields, ...args]);
		const dry = await dissect(
			"--dry-run",
			"--json",
			...set("closedSet.method=icl"),
		);
		expect(dry.code).toBe(0);
		const { modules } = JSON.parse(
			(await dissect("--dry-run", "--json")).stdout,
		);
		const embeddings = modules.at(-1);
		const byModel = JSON.parse(
			(
				await dissect(
					...["--dry-run", "--json"],
					...set("summaryCalibration.method=model"),
				)
			).stdout,
		).modules.at(-1);
		// The cosines are kept all the same.
		expect(byModel.calls).toEqual(embeddings.calls);
		expect(embeddings).toMatchObject({
			module: "embeddings",
			model: "embedder",
			priceDay: "2026-11-01",
		});
		// 24 clips with a caption each, and the concepts: a few requests of 64 texts.
		expect(embeddings.calls.least).toBeGreaterThan(0);
		expect(server.requests).toHaveLength(0);

		// One call finds out what the server can do, one embeds.
		const stopped = await dissect(...set("budget.calls=2"));
		expect(stopped.code).toBe(1);
		expect(stopped.stdout).toMatch(/budget {5}reached \(calls 2\)/);
		expect(stopped.stdout).toContain("(incomplete)");
		expect(server.requests).toHaveLength(2);
		expect(asked("embeddings")).toBe(1);
		const again = await dissect(...set("budget.calls=2"));
		expect(again.code).toBe(1);
		expect(server.requests).toHaveLength(2);

		const raised = await dissect("--json");
		expect(raised.code).toBe(0);
		const { spent } = JSON.parse(raised.stdout);
		const line = (name: string) =>
			spent.lines.find(({ module }: { module: string }) => module === name);
		expect(line("probe").calls).toBe(1);
		expect(line("embeddings")).toMatchObject({
			calls: asked("embeddings"),
			failed: 0,
			outputTokens: 0,
		});
		// What was embedded before the budget ended is not embedded again.
		const texts = server.requests.flatMap((request) => request.texts);
		expect(new Set(texts).size).toBe(texts.length);
		expect(asked("embeddings")).toBeGreaterThanOrEqual(embeddings.calls.least);
		expect(asked("embeddings")).toBeLessThanOrEqual(embeddings.calls.most);
		expect(line("embeddings").inputTokens).toBeLessThanOrEqual(
			embeddings.inputTokens.most,
		);
		expect(spent.total.calls).toBe(server.requests.length);
		const { stdout } = await runCli(["runs", "show", "--config", config]);
		expect(stdout).toMatch(/probe +openai\/fake-1 +1/);
		expect(stdout).toMatch(/embeddings +openai\/embedder +\d/);
		expect(stdout).toContain("prices     of 2026-11-01, a test");
	});
});

describe("requests without a reply", () => {
	it("are counted with the most they can have cost, and said", async () => {
		const config = await study("unanswered");
		const gate = createGate();
		server.setScript(async ({ index }) => {
			if (index > 0) await gate.opened;
			return { kind: "reply" };
		});
		const run = startCli([
			"dissect",
			"--config",
			config,
			...set("prices=prices.yaml", "languageModel.concurrency=3"),
		]);
		await server.arrived(4);
		run.kill("SIGINT");
		await run.saw("finishing 3 calls");
		run.kill("SIGINT");
		expect((await run.finished).code).toBe(130);
		gate.open();
		const { stdout } = await runCli(["runs", "show", "--config", config]);
		expect(stdout).toMatch(
			/3 requests ended without a reply: up to [\d,]+ tokens, 0\.\d+ USD, of the above may not have been billed/,
		);
		const { spent } = JSON.parse(
			(await runCli(["runs", "show", "--json", "--config", config])).stdout,
		);
		const summaries = spent.lines.find(
			({ operation }: { operation: string }) => operation === "summarize",
		);
		expect(summaries).toMatchObject({ calls: 3, failed: 3, unanswered: 3 });
		expect(summaries.unansweredTokens).toBe(
			summaries.inputTokens + summaries.outputTokens,
		);
		// They count: a budget of as many calls is used up.
		const before = server.requests.length;
		const next = await runCli([
			"dissect",
			"--config",
			config,
			...set("prices=prices.yaml", "budget.calls=4"),
		]);
		expect(next.code).toBe(1);
		expect(server.requests).toHaveLength(before);
	});
});

describe("batches", () => {
	it("are priced as batches before they are sent", async () => {
		const config = await study("batches");
		const fields = set("prices=prices.yaml", "languageModel.batch=true");
		const dry = async (...args: readonly string[]) =>
			JSON.parse(
				(
					await runCli([
						"dissect",
						"--config",
						config,
						"--dry-run",
						"--json",
						...fields,
						...args,
					])
				).stdout,
			);
		const online = await dry();
		const batch = await dry("--batch");
		expect(batch.usd.most).toBeCloseTo(online.usd.most / 4, 12);
		expect(batch.usdAtMost).toBeCloseTo(online.usdAtMost / 4, 12);
		expect(batch.modules[0]).toMatchObject({ batched: true });
		const refused = await runCli([
			"dissect",
			"--config",
			config,
			"--dry-run",
			"--batch",
		]);
		expect(refused.code).toBe(2);
		expect(refused.stderr).toContain("[batch_unsupported]");
		expect(server.requests).toHaveLength(0);
	});

	it("calls whose price is known only later are priced as batches too", async () => {
		const config = await study("late-price");
		const fields = set("languageModel.batch=true");
		const batch = (...args: readonly string[]) =>
			runCli(["dissect", "--config", config, ...fields, ...args]);
		expect((await batch("--batch")).code).toBe(1);
		await batch("--batch-poll");
		const shown = async (...args: readonly string[]) =>
			JSON.parse((await batch("--batch-poll", "--json", ...args)).stdout).spent;
		const { lines } = await shown(...set("prices=prices.yaml"));
		const summaries = lines.find(
			({ operation, batch: sent }: { operation: string; batch: boolean }) =>
				operation === "summarize" && sent,
		);
		expect(summaries.usd).toBeCloseTo(
			((summaries.inputTokens + 10 * summaries.outputTokens) / 1e6) * 0.25,
			12,
		);
	});
});

describe("captions", () => {
	function clips(name: string): string {
		const directory = join(folder.path, name);
		mkdirSync(join(directory, "clips"), { recursive: true });
		for (const [index, hertz] of [300, 500, 700].entries())
			writeWav(
				join(directory, `clips/${index}.wav`),
				sine(hertz, 1, 8000),
				8000,
			);
		writeFileSync(
			join(directory, "probe-set.jsonl"),
			[0, 1, 2].map((index) => `{"clip":"clips/${index}.wav"}\n`).join(""),
		);
		writeFileSync(join(directory, "concepts.txt"), "rain\n");
		writePrices(directory);
		const config = join(directory, "dissect.yaml");
		writeFileSync(
			config,
			"network: demo\nprobeSet: { manifest: probe-set.jsonl, captions: captions.jsonl }\nconceptSet: concepts.txt\nprices: prices.yaml\n",
		);
		return config;
	}

	it("say what they would take, stop at the budget with exit code 1, and go on when it is raised", async () => {
		server.setScript(() => ({ kind: "reply", text: "A tone." }));
		const config = clips("captions");
		const caption = (...args: readonly string[]) =>
			runCli([
				"caption",
				"--config",
				config,
				...["--provider", "openai", "--model", "fake-1"],
				...["--base-url", server.openAiUrl],
				...args,
			]);
		const dry = await caption("--dry-run");
		expect(dry.code).toBe(0);
		expect(dry.stdout).toContain("3 calls would be sent");
		expect(dry.stdout).toMatch(
			/tokens {5}in: [\d,]+ of text, 30 of sound \(at most 900\); out: 120 \(40 a caption, assumed\)/,
		);
		expect(dry.stdout).toMatch(
			/price {6}0\.\d+ USD, at most 0\.\d+ USD .* 2026-11-01/,
		);
		expect(server.requests).toHaveLength(0);
		const stopped = await caption(...set("budget.calls=2"));
		expect(stopped.code).toBe(1);
		expect(stopped.stdout).toContain(
			"budget     reached (calls 2): 1 caption waits",
		);
		expect(stopped.stdout).toMatch(/caption +openai\/fake-1 +2/);
		expect(server.requests).toHaveLength(2);
		expect((await caption(...set("budget.calls=3"))).code).toBe(0);
		expect(server.requests).toHaveLength(3);
		const shown = await runCli(["runs", "show", "caption", "--config", config]);
		expect(shown.code).toBe(0);
		expect(shown.stdout).toMatch(/job {8}caption-[0-9a-f]{12}, since /);
		expect(shown.stdout).toMatch(/spent {6}3 calls/);
	});
});

describe("llm check", () => {
	it("has one budget for all the times it is put to the same models", async () => {
		const check = (...args: readonly string[]) =>
			runCli(
				[
					"llm",
					"check",
					...["--provider", "openai", "--model", "fake-1"],
					...["--base-url", server.openAiUrl],
					...set(`store=${join(folder.path, "check")}`),
					...args,
				],
				{ cwd: folder.path },
			);
		const first = await check(...set("budget.calls=5"));
		expect(first.code).toBe(1);
		expect(first.stderr).toContain("quiz_unfinished");
		expect(server.requests).toHaveLength(5);
		expect((await check(...set("budget.calls=5"))).code).toBe(1);
		expect(server.requests).toHaveLength(5);
		const { stdout } = await check();
		expect(stdout).toMatch(/probe +openai\/fake-1/);
		expect(stdout).toMatch(/spent {6}\d+ calls/);
	});
});

describe("evaluate", () => {
	it("asks nothing for a run that somebody else is working on", async () => {
		const config = await study("evaluate");
		expect(
			(await runCli(["dissect", "--config", config, "--modules", "summarize"]))
				.code,
		).toBe(0);
		const store = openStore({
			directory: join(folder.path, "evaluate", ".audio-dissect"),
			now: () => "2026-11-26T00:00:00Z",
		});
		const { id } = store.readRun("latest");
		const release = store.lockRun(id, { pid: process.pid });
		const before = server.requests.length;
		const evaluate = () =>
			runCli(["evaluate", "--last-layer", "--config", config]);
		const refused = await evaluate();
		expect(refused.stderr).toContain("[run_locked]");
		expect(server.requests).toHaveLength(before);
		release();
		store.close();
		expect((await evaluate()).code).toBe(0);
	});
});
