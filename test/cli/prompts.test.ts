/** `prompts` and `cache` from the outside, over a small run with a language model. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../support/cli.ts";
import {
	type FakeLlmServer,
	startFakeLlmServer,
} from "../support/fake-llm-server.ts";
import { initRecordedStudy } from "../support/recorded-store.ts";
import { asking, temporaryFolder } from "../support/study.ts";

const folder = temporaryFolder();
let server: FakeLlmServer;
let config: string;

beforeAll(async () => {
	server = await startFakeLlmServer();
	config = await initRecordedStudy(join(folder.path, "study"), asking(server));
	const run = await runCli([
		...["dissect", "--config", config, "--neurons", "classifier#0-1"],
		...["--set", "closedSet.permutations=0"],
	]);
	if (run.code !== 0) throw new Error(run.stderr);
	// Later tests make runs of their own.
	await json(["runs", "tag", "latest", "first"]);
});
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

	it("prints what the model is asked for concepts and for calibration, word for word", async () => {
		writeFileSync(join(folder.path, "study", "few.txt"), "bell\ndog\nrain\n");
		const options = [
			...["--set", "closedSet.method=icl", "--set", "conceptSet=few.txt"],
			...["--set", "summaryCalibration.method=model"],
		];
		const show = ["prompts", "show", "classifier#0", ...options];
		const before = await json(show);
		expect(before.calibration).toSatisfy(
			(request) => request === "nothing" || request.lookups[0].call === null,
		);
		expect(before.concepts.lookups).toMatchObject([{ call: null }]);
		await json(["dissect", "--neurons", "classifier#0-1", ...options]);
		const requests = server.requests.length;
		const asked: boolean[] = [];
		for (const neuron of ["classifier#0", "classifier#1"]) {
			const shown = await json(["prompts", "show", neuron, ...options]);
			const calls = await json(["runs", "calls", neuron]);
			for (const [operation, request] of [
				["identify-concept", shown.concepts],
				["calibrate", shown.calibration],
			]) {
				const own = calls.filter(
					(call: { operation: string }) => call.operation === operation,
				);
				if (request === "nothing") expect(own).toHaveLength(0);
				else {
					expect(own).toMatchObject([
						{ id: request.lookups[0].call, key: request.lookups[0].key },
					]);
					expect(own[0].request.messages).toEqual(request.messages);
				}
			}
			// The options with their letters are part of the question.
			if (shown.concepts !== "nothing")
				expect(shown.concepts.messages.at(-1).content).toMatch(
					/Options:\nA\. bell\nB\. dog\nC\. rain\nD\. none fits\n/,
				);
			const { stdout } = await runCli([
				...["prompts", "show", neuron, ...options, "--config", config],
			]);
			for (const [what, request] of [
				["closed set", shown.concepts],
				["calibration", shown.calibration],
			])
				expect(stdout).toContain(
					request === "nothing"
						? `${what}: nothing is asked, because a summary is empty`
						: `${what}: call ${request.lookups[0].call} of the store, key ${request.lookups[0].key}\nsystem:\n`,
				);
			asked.push(shown.concepts !== "nothing", shown.calibration !== "nothing");
		}
		expect(asked).toContain(true);
		expect(server.requests).toHaveLength(requests);
	});

	it("says that the shortlist is not known before a server has embedded it, and then shows what is asked", async () => {
		const concepts = Array.from({ length: 60 }, (_, index) => `sound ${index}`);
		writeFileSync(
			join(folder.path, "study", "many.txt"),
			`${concepts.join("\n")}\n`,
		);
		const options = [
			...["--set", "closedSet.method=icl", "--set", "conceptSet=many.txt"],
			...["--set", "embeddings.provider=openai"],
			...["--set", "embeddings.model=embedder"],
			...["--set", `embeddings.baseUrl=${server.openAiUrl}`],
		];
		const show = ["prompts", "show", "classifier#0", ...options];
		const requests = server.requests.length;
		expect((await json(show)).concepts).toBe("shortlist_unknown");
		const { stdout } = await runCli([...show, "--config", config]);
		expect(stdout).toContain(
			"closed set: the model is shown the concepts nearest to the summary; which those are is known when dissect has had them embedded by the server",
		);
		expect(server.requests).toHaveLength(requests);
		await json(["dissect", "--neurons", "classifier#0-1", ...options]);
		const { concepts: asked } = await json(show);
		expect(asked.lookups[0].call).toBeGreaterThan(0);
		expect(
			server.requests.some(
				({ messages }) =>
					JSON.stringify(messages) === JSON.stringify(asked.messages),
			),
		).toBe(true);
	});

	it("shows a replay of calls that were rejected, and leaves the store as it is", async () => {
		const bad = ["--set", "languageModel.model=bad"];
		server.setScript(({ model, messages }) =>
			model === "bad" && JSON.stringify(messages).includes("Captions")
				? { kind: "reply", text: "{}" }
				: { kind: "reply" },
		);
		try {
			await json(["dissect", "--neurons", "classifier#0-1", ...bad], 1);
		} finally {
			server.setScript(() => ({ kind: "reply" }));
		}
		const shown = await json([
			...["prompts", "show", "classifier#0", ...bad],
			...["--set", "languageModel.provider=replay"],
			...["--set", "languageModel.replayOf=openai"],
		]);
		expect(shown.summaries[0].messages[0].role).toBe("system");
	});

	it("takes the options that name a model", async () => {
		const named = ["--provider", "openai", "--model", "other"];
		const shown = await json(["prompts", "show", "classifier#0", ...named]);
		expect(shown.summaries[0].lookups).toMatchObject([{ call: null }]);
		expect(shown.concepts).toBeUndefined();
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
			...["runs", "calls", "classifier#0", "--run", "first"],
			...["--config", config],
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
	});

	it("prune counts, deletes with --yes, and keeps what a run has", async () => {
		const text = await runCli(["cache", "prune", "--config", config]);
		expect(text.stdout).toMatch(/would be deleted; --yes deletes them/);
		const before = await json(["cache", "stats"]);
		await json(["cache", "prune", "--failed", "--yes"]);
		expect((await json(["cache", "stats"])).calls).toEqual(before.calls);
		for (const { id } of await json(["runs", "list"]))
			await json(["runs", "rm", id]);
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
