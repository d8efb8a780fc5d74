/** `prompts` and `cache` from the outside, over a small run with a language model. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../support/cli.ts";
import {
	type FakeLlmServer,
	startFakeLlmServer,
} from "../support/fake-llm-server.ts";
import { initStudy, temporaryFolder } from "../support/study.ts";

const folder = temporaryFolder();
let server: FakeLlmServer;
let config: string;

beforeAll(async () => {
	server = await startFakeLlmServer();
	config = await initStudy(join(folder.path, "study"), {
		"provider: none": "provider: openai",
		"model: null": "model: fake",
		"baseUrl: null": `baseUrl: ${server.openAiUrl}`,
	});
	const run = await runCli([
		...["dissect", "--config", config, "--neurons", "classifier#0-1"],
		...["--set", "closedSet.permutations=0"],
	]);
	if (run.code !== 0) throw new Error(run.stderr);
}, 120_000);
afterAll(async () => {
	await server.close();
	folder.remove();
});

async function json(args: readonly string[], code = 0) {
	const result = await runCli([...args, "--config", config, "--json"]);
	if (result.code !== code) throw new Error(result.stderr + result.stdout);
	return JSON.parse(result.stdout);
}

describe("prompts show NEURON", () => {
	it("prints the messages that were sent, and under which calls", async () => {
		const requests = server.requests.length;
		const shown = await json(["prompts", "show", "classifier#0"]);
		const calls = await json(["runs", "calls", "classifier#0"]);
		expect(shown.summaries).toHaveLength(2);
		for (const { messages, lookups } of shown.summaries) {
			expect(lookups).toHaveLength(1);
			const call = calls.find(
				({ id }: { id: number }) => id === lookups[0].call,
			);
			expect(call.key).toBe(lookups[0].key);
			expect(call.request.messages).toEqual(messages);
			expect(
				server.requests.some(
					({ messages: sent }) =>
						JSON.stringify(sent) === JSON.stringify(messages),
				),
			).toBe(true);
		}
		for (const { word, acoustic, call } of shown.words) {
			expect(typeof acoustic).toBe("boolean");
			expect(
				JSON.stringify(calls.find(({ id }: { id: number }) => id === call)),
			).toContain(word);
		}
		expect(server.requests).toHaveLength(requests);
	});

	it("says which are not asked yet, with another prompt or model, and sends nothing", async () => {
		const requests = server.requests.length;
		const prompts = join(folder.path, "study", "prompts");
		const file = join(prompts, "summarize.md");
		const shipped = readFileSync(file, "utf8");
		writeFileSync(file, shipped.replace("# user", "Be short.\n\n# user"));
		try {
			const shown = await json(["prompts", "show", "classifier#0"]);
			for (const { lookups, messages } of shown.summaries) {
				expect(lookups).toMatchObject([{ call: null }]);
				expect(messages[0].content).toMatch(/Be short\.$/);
			}
		} finally {
			writeFileSync(file, shipped);
		}
		const other = ["--set", "languageModel.model=other"];
		const { code, stdout, stderr } = await runCli([
			...["prompts", "show", "classifier#0", "--config", config],
			...other,
		]);
		expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
		expect(stdout).toMatch(/summary of the high side: not in the store, key /);
		expect(stdout).toMatch(/^ {4}Captions:$/m);
		expect(server.requests).toHaveLength(requests);
	});

	it("wants one neuron, of the run, and a language model", async () => {
		for (const [args, message] of [
			[["classifier#0-1"], "expected one neuron"],
			[["classifier#5"], "neuron_unknown"],
			[
				["classifier#0", "--set", "languageModel.provider=none"],
				"nothing is asked",
			],
		] as const) {
			const { code, stderr } = await runCli([
				...["prompts", "show", ...args, "--config", config],
			]);
			expect(code).toBe(2);
			expect(stderr).toContain(message);
		}
	});
});

describe("prompts diff", () => {
	it("shows what changed and what is asked again", async () => {
		const file = join(folder.path, "study", "prompts", "summarize.md");
		const shipped = readFileSync(file, "utf8");
		const same = await runCli(["prompts", "diff", "--config", config]);
		expect(same.stdout).toContain("summarize: the same as the shipped one");
		writeFileSync(
			file,
			shipped.replace("No introduction, no comment, no guess.", "No guess."),
		);
		try {
			const { code, stdout } = await runCli([
				...["prompts", "diff", "summarize", "--config", config],
			]);
			expect(code).toBe(0);
			expect(stdout).toContain(
				"a rerun asks again: summarize; makes anew from it: summary-calibration, open-set-extraction",
			);
			expect(stdout).toMatch(/the version is still \d+: raise it/);
			expect(stdout).toMatch(/^\+.*No guess\.$/m);
		} finally {
			writeFileSync(file, shipped);
		}
	});
});

describe("runs calls", () => {
	it("prints every message, the reply and how it was asked", async () => {
		const { stdout, code } = await runCli([
			...["runs", "calls", "classifier#0", "--config", config],
		]);
		expect(code).toBe(0);
		expect(stdout).toMatch(/^call \d+ {2}summarize {2}openai\/fake {2}ok$/m);
		expect(stdout).toMatch(/^asked for {2}JSON of the schema$/m);
		expect(stdout).toMatch(/^system:$/m);
		expect(stdout).toMatch(/^ {4}1\. /m);
		expect(stdout).toMatch(/^reply \(stop\):$/m);
		expect(stdout).toMatch(/^key {8}[0-9a-f]{64}$/m);
	});
});

describe("cache", () => {
	it("goes from one store to another, which then needs no server", async () => {
		const file = join(folder.path, "cache.jsonl.gz");
		const exported = await json(["cache", "export", file]);
		expect(exported.calls).toBeGreaterThan(2);
		const store = join(folder.path, "other-store");
		const into = ["--set", `store=${store}`];
		expect(await json(["cache", "import", file, ...into])).toMatchObject({
			calls: { new: exported.calls, known: 0, not_needed: 0 },
			refused: [],
		});
		const requests = server.requests.length;
		const run = await runCli([
			...["dissect", "--config", config, "--neurons", "classifier#0-1"],
			...["--set", "closedSet.permutations=0", ...into],
			...["--set", "languageModel.structuredOutput=schema"],
		]);
		expect(run.stderr).not.toContain("error");
		expect(run.code).toBe(0);
		expect(server.requests).toHaveLength(requests);
		const stats = await json(["cache", "stats", ...into]);
		expect(
			stats.calls.reduce(
				(sum: number, one: { calls: number }) => sum + one.calls,
				0,
			),
		).toBe(exported.calls);
	}, 60_000);

	it("prune counts, deletes with --yes, and keeps what a run has", async () => {
		const text = await runCli(["cache", "prune", "--config", config]);
		expect(text.stdout).toMatch(/would be deleted; --yes deletes them/);
		const before = await json(["cache", "stats"]);
		await json(["cache", "prune", "--failed", "--yes"]);
		expect((await json(["cache", "stats"])).calls).toEqual(before.calls);
		const run = await json(["runs", "show"]);
		await json(["runs", "rm", run.id]);
		const counted = await json(["cache", "prune"]);
		expect(counted).toMatchObject({ deleted: false });
		expect(counted.calls).toBeGreaterThan(2);
		expect(await json(["cache", "prune", "--yes"])).toEqual({
			...counted,
			deleted: true,
		});
		expect((await json(["cache", "stats"])).calls).toEqual([]);
	});

	it("refuses an age that is no number", async () => {
		const { code, stderr } = await runCli([
			...["cache", "prune", "--older-than", "month", "--config", config],
		]);
		expect(code).toBe(2);
		expect(stderr).toContain("expected a number of days");
	});
});
