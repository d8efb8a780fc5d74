/** The quiz from the outside: fake models whose abilities are known get the verdicts they deserve, and a study warns of them. */
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCli } from "../support/cli.ts";
import {
	type FakeLlmServer,
	startFakeLlmServer,
} from "../support/fake-llm-server.ts";
import { type PersonaName, persona } from "../support/quiz-personas.ts";
import { initRecordedStudy } from "../support/recorded-store.ts";
import { temporaryFolder } from "../support/study.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

let server: FakeLlmServer;
beforeEach(async () => {
	server = await startFakeLlmServer();
});
afterEach(() => server.close());

type Score = {
	readonly task: string;
	readonly right: number;
	readonly of: number;
	readonly chance: number | null;
	readonly verdict: string;
};

type Report = {
	readonly results: readonly {
		readonly check: {
			readonly use: string;
			readonly scores: readonly Score[];
			readonly ways: Readonly<Record<string, number>>;
		};
		readonly kept: boolean;
		readonly used: boolean;
		readonly forecast: { readonly calls: number; readonly usd: null };
	}[];
	readonly warnings: readonly string[];
};

const flags = (model: string): string[] => [
	...["--provider", "openai", "--model", model],
	...["--base-url", server.openAiUrl],
];

async function check(name: PersonaName, more: readonly string[] = []) {
	server.setScript(await persona(name));
	const { code, stdout, stderr } = await runCli(
		[
			"llm",
			"check",
			...flags(name),
			...["--set", `store=${join(folder.path, name)}`],
			...more,
		],
		{ cwd: folder.path },
	);
	return { code, stdout, stderr };
}

async function verdicts(name: PersonaName, more: readonly string[] = []) {
	const { code, stdout, stderr } = await check(name, ["--json", ...more]);
	expect(stderr).not.toContain("error");
	const report = JSON.parse(stdout) as Report;
	return {
		code,
		report,
		verdicts: Object.fromEntries(
			report.results.flatMap(({ check: { scores } }) =>
				scores.map(({ task, verdict }) => [task, verdict]),
			),
		),
	};
}

describe("llm check", () => {
	it("a perfect model is good at everything, once: the result is kept", async () => {
		const first = await verdicts("perfect");
		expect(first.verdicts).toEqual({
			names: "good",
			nothing: "good",
			supported: "good",
			invented: "good",
			few: "good",
			many: "good",
			"none-fits": "good",
			calibrate: "good",
			acoustic: "good",
		});
		expect(first.code).toBe(0);
		expect(first.report.warnings).toEqual([]);
		const asked = server.requests.length;
		const again = await verdicts("perfect");
		expect(again.report.results.every(({ kept }) => kept)).toBe(true);
		expect(again.verdicts).toEqual(first.verdicts);
		expect(server.requests).toHaveLength(asked);
		expect(
			first.report.results.map(({ check: { use }, used, forecast }) => [
				use,
				used,
				forecast.calls,
			]),
		).toEqual([
			["summarize", true, 2000],
			["identify-concept", false, 1000],
			["calibrate", false, 1000],
			["acoustic-filter", true, 25],
		]);
	});

	it("one that agrees with everything repeats what is shared, and fails where no is the answer", async () => {
		const { code, report, verdicts: found } = await verdicts("yes");
		expect(found).toEqual({
			names: "good",
			nothing: "not_above_chance",
			supported: "fair",
			invented: "good",
			few: "not_above_chance",
			many: "not_above_chance",
			"none-fits": "not_above_chance",
			calibrate: "not_above_chance",
			acoustic: "not_above_chance",
		});
		expect(code).toBe(1);
		// What the config gives to no model is shown, and no warning.
		expect(report.warnings).toHaveLength(2);
	});

	it.each(["constant", "random", "silent"] as const)(
		"a %s one is above chance in nothing",
		async (name) => {
			const { code, verdicts: found } = await verdicts(name);
			expect(Object.values(found)).not.toContain("good");
			expect(Object.values(found)).not.toContain("fair");
			if (name === "silent")
				expect([found.supported, found.invented]).toEqual([
					"nothing_to_judge",
					"nothing_to_judge",
				]);
			expect(code).toBe(1);
		},
	);

	it("asks each use as it will be asked, and says how that was", async () => {
		const { report } = await verdicts("perfect");
		expect(report.results.map(({ check: { ways } }) => ways)).toEqual([
			{ schema: 16 },
			// Lists that labels can tell apart go by their log-probabilities, as in a run.
			{ schema: 14, top_logprobs: 14 },
			{ schema: 16 },
			{ schema: 1 },
		]);
		const { stdout } = await check("perfect");
		expect(stdout).toContain(
			"identify-concept: 14 calls by JSON held to a schema, 14 calls by log-probabilities of labels; the config gives this to no model",
		);
	});

	it("has clips captioned by a model that is named for it", async () => {
		const { code, report } = await verdicts("perfect", [
			...["--set", "languageModel.modules.caption.model=hearing"],
			...["--set", "languageModel.modules.caption.provider=openai"],
			...["--set", `languageModel.modules.caption.baseUrl=${server.openAiUrl}`],
		]);
		const heard = report.results.find(({ check }) => check.use === "caption");
		expect(heard).toMatchObject({
			used: true,
			forecast: { calls: 1000 },
			check: {
				ways: { text: 12 },
				scores: [{ task: "caption", right: 12, of: 12, verdict: "good" }],
			},
		});
		expect(code).toBe(0);
		const { stdout } = await check("perfect");
		expect(stdout).toContain("not asked about: caption");
	});

	it("a captioner that always says the same is not above chance", async () => {
		const { code, verdicts: found } = await verdicts("constant", [
			...["--set", "languageModel.modules.caption.model=hearing"],
		]);
		expect(found.caption).toBe("not_above_chance");
		expect(code).toBe(1);
	});

	it("says in words what to expect, how long it takes, and why there is no price", async () => {
		const { stdout } = await check("constant");
		expect(stdout).toMatch(
			/acoustic filter of words +20 +40 +35\.2 % to 64\.8 % +50\.0 % +NOT above chance/,
		);
		expect(stdout).toContain("Do not use this model for summaries.");
		expect(stdout).toContain("no better than coin tosses");
		expect(stdout).toMatch(/1,000 neurons {2}summarize, .*2,000 calls; /);
		expect(stdout).toMatch(/price unknown: no price for/);
	});

	it("a model whose replies are no answers has failed, not been wrong", async () => {
		server.setScript(({ messages }) =>
			messages.at(-1)?.content.startsWith("Captions:") ||
			messages.at(-1)?.content.startsWith("Words:") ||
			messages.length > 2
				? { kind: "refused" }
				: { kind: "reply" },
		);
		const { code, stdout } = await runCli(
			[
				"llm",
				"check",
				...flags("refuser"),
				...["--set", `store=${join(folder.path, "refuser")}`],
			],
			{ cwd: folder.path },
		);
		expect(stdout).toContain("NO usable answers");
		expect(stdout).toContain("16 questions of summarize: reply_refused");
		expect(code).toBe(1);
	});

	it("ends cleanly where the budget does, and goes on from there", async () => {
		const store = ["--set", `store=${join(folder.path, "budget")}`];
		const stopped = await check("perfect", [
			...["--set", "budget.calls=5"],
			...store,
		]);
		expect(stopped.stderr).toContain("quiz_unfinished");
		expect(stopped.code).toBe(1);
		const sent = server.requests.length;
		// And the probes of a server that is not known.
		expect(sent).toBeLessThanOrEqual(5);
		expect((await check("perfect", store)).code).toBe(0);
		const texts = server.requests.map(({ messages }) =>
			JSON.stringify(messages),
		);
		expect(new Set(texts).size).toBe(texts.length);
	});

	it("without a model it says how to name one", async () => {
		const { code, stderr } = await runCli(["llm", "check"], {
			cwd: folder.path,
		});
		expect(code).toBe(2);
		expect(stderr).toContain("language_model_needed");
		expect(stderr).toContain("--provider openai --base-url");
	});
});

describe("dissect", () => {
	it("puts the quiz to its models before the first neuron, once, counts it and warns", async () => {
		server.setScript(await persona("constant"));
		const config = await initRecordedStudy(join(folder.path, "study"), {
			"check: true": "check: true",
		});
		const options = ["--config", config, ...flags("constant")];
		const dry = await runCli(["dissect", ...options, "--dry-run", "--json"]);
		expect(dry.stderr).not.toContain("error");
		const counted = JSON.parse(dry.stdout) as {
			modules: { module: string }[];
		};
		expect(counted.modules).toMatchObject([
			// Two summaries of each of the 48 neurons, which triage keeps.
			{ module: "summarize", quizCalls: 16, calls: { least: 16 + 96 } },
			{ module: "open-set-extraction", quizCalls: 1, calls: { least: 1 } },
		]);

		const neuron = ["--neurons", "classifier#0-1"];
		const run = await runCli(["dissect", ...options, ...neuron]);
		expect(run.code).toBe(0);
		expect(run.stderr).toContain(
			"warning: summarize by openai/constant: in the quiz, summary names what the clips share: Summaries are no closer",
		);
		expect(run.stdout).toContain("! acoustic-filter by openai/constant");
		const summaries = server.requests.filter(({ messages }) =>
			messages.at(-1)?.content.startsWith("Captions:"),
		);
		// The quiz first, then both sides of two neurons.
		expect(summaries.length).toBeLessThanOrEqual(16 + 4);
		expect(summaries[0]?.messages.at(-1)?.content).toContain("raindrops");

		const report = await runCli(["report", ...options.slice(0, 2)]);
		expect(report.code).toBe(0);
		const before = server.requests.length;
		const other = await runCli([
			"dissect",
			...options,
			...neuron,
			"--set",
			"seed=1",
		]);
		expect(other.stderr).toContain("warning: summarize by openai/constant");
		expect(server.requests).toHaveLength(before);
	});

	it("puts each use that the run gives to a model to that model: also choices in context and calibration", async () => {
		server.setScript(await persona("constant"));
		const config = await initRecordedStudy(join(folder.path, "every-use"), {
			"check: true": "check: true",
			"modules: {}":
				"modules: { identify-concept: { model: chooses }, calibrate: { model: compares }, acoustic-filter: { model: judges } }",
		});
		const options = [
			...["--config", config, ...flags("writes")],
			...["--set", "closedSet.method=icl"],
			...["--set", "summaryCalibration.method=model"],
		];
		const dry = await runCli(["dissect", ...options, "--dry-run", "--json"]);
		expect(dry.stderr).not.toContain("error");
		const counted = JSON.parse(dry.stdout) as {
			modules: { module: string; model: string; quizCalls: number }[];
		};
		expect(
			counted.modules.map(({ module, model, quizCalls }) => [
				module,
				model,
				quizCalls,
			]),
		).toEqual([
			["summarize", "writes", 16],
			["closed-set", "chooses", 14],
			["summary-calibration", "compares", 16],
			["open-set-extraction", "judges", 1],
		]);
		const run = await runCli([
			...["dissect", ...options, "--neurons", "classifier#0-1"],
		]);
		for (const [use, model] of [
			["summarize", "writes"],
			["identify-concept", "chooses"],
			["calibrate", "compares"],
			["acoustic-filter", "judges"],
		])
			expect(run.stderr).toContain(
				`warning: ${use} by openai/${model}: in the quiz`,
			);
		// The demo has 48 concepts: short lists are not asked about.
		expect(run.stderr).toContain("concept out of 48");
		expect(run.stderr).not.toContain("concept out of 8 to 16");
	});

	it("what one module still has to do does not take away the warning of another's model", async () => {
		const bad = await persona("constant");
		let filters = 0;
		server.setScript((request) => {
			const { messages } = request;
			if (messages.at(-1)?.content.startsWith("Captions:") && filters > 0)
				return { kind: "reply" };
			if (!messages.at(-1)?.content.startsWith("Words:")) return bad(request);
			filters += 1;
			return filters === 1 ? bad(request) : { kind: "refused" };
		});
		const config = await initRecordedStudy(join(folder.path, "resumed"), {
			"check: true": "check: true",
		});
		const dissect = () =>
			runCli([
				...["dissect", "--config", config, ...flags("constant")],
				...["--neurons", "classifier#0-3"],
			]);
		const first = await dissect();
		expect(first.code).toBe(1);
		expect(first.stdout).toContain("! summarize by openai/constant");
		const again = await dissect();
		expect(again.stdout).toContain("! acoustic-filter by openai/constant");
		expect(again.stdout).toContain("! summarize by openai/constant");
	});

	it("the demo takes the same options", async () => {
		const { code, stdout } = await runCli(
			[
				"demo",
				"--dry-run",
				"--directory",
				join(folder.path, "demo"),
				...flags("any"),
				...["--set", "layers=[classifier]"],
			],
			{ cwd: folder.path },
		);
		expect(code).toBe(0);
		expect(stdout).toContain("openai/any");
		expect(stdout).toMatch(/of them quiz/);
	});
});
