/** Money from the outside: the dry run says what a run will ask, a budget stops it and can be raised, the ledger says what was spent. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DryRun } from "../../src/dissect/dry-run.ts";
import { openStore } from "../../src/store/open.ts";
import { runCli } from "../support/cli.ts";
import {
	type FakeLlmServer,
	startFakeLlmServer,
} from "../support/fake-llm-server.ts";
import { asking, initStudy, temporaryFolder } from "../support/study.ts";

const folder = temporaryFolder();
let server: FakeLlmServer;
let config: string;

beforeAll(async () => {
	server = await startFakeLlmServer();
	config = await initStudy(
		join(folder.path, "study"),
		asking(server, "fake-1"),
	);
	writeFileSync(
		join(folder.path, "study", "prices.yaml"),
		`- baseUrl: ${server.openAiUrl}\n  asOf: 2026-11-01\n  source: a test\n  models:\n    fake-1: { input: 1, output: 10 }\n`,
	);
});
afterAll(async () => {
	await server.close();
	folder.remove();
});

async function dissect(...args: string[]) {
	return runCli(["dissect", "--config", config, ...args]);
}

async function dryRun(...args: string[]): Promise<DryRun> {
	const { code, stdout, stderr } = await dissect(
		"--dry-run",
		"--json",
		...args,
	);
	expect(stderr).not.toContain("error");
	expect(code).toBe(0);
	return JSON.parse(stdout) as DryRun;
}

/** Calls that runs were charged for: of modules, and the one that finds out what the server can do. */
function asked(): number {
	const store = openStore({
		directory: join(folder.path, "study", ".audio-dissect"),
		readOnly: true,
	});
	try {
		return store
			.listRuns()
			.flatMap(({ id }) => store.readLedger(id))
			.reduce((sum, { calls }) => sum + calls, 0);
	} finally {
		store.close();
	}
}

const moduleIn = (result: DryRun, name: string) =>
	result.modules.find(({ module }) => module === name);

describe("what a run costs", () => {
	it("a dry run before anything is recorded is an upper bound, and sends nothing", async () => {
		const result = await dryRun();
		expect(result).toMatchObject({ recorded: false, neurons: 48, run: null });
		expect(moduleIn(result, "summarize")).toMatchObject({
			calls: { least: 0, most: 96 },
			served: null,
			usd: null,
			reason: `no price for fake-1 at ${server.openAiUrl} in prices.yaml`,
		});
		expect(server.requests).toHaveLength(0);
	});

	it("a budget in dollars without a price is refused before anything is sent", async () => {
		const { code, stderr } = await dissect("--set", "budget.usd=1");
		expect(stderr).toContain("error [price_unknown] budget.usd cannot be kept");
		expect(code).toBe(2);
		expect(server.requests).toHaveLength(0);
	});

	let exact: DryRun;
	it("a dry run of a recorded network is exact", async () => {
		expect((await runCli(["record", "--config", config])).code).toBe(0);
		exact = await dryRun("--set", "prices=prices.yaml");
		expect(exact.recorded).toBe(true);
		const summarize = moduleIn(exact, "summarize");
		expect(summarize?.calls.least).toBe(summarize?.calls.most);
		expect(summarize?.served).toBe(0);
		// 24 clips, 48 neurons: some have the same captions in the same order.
		expect((summarize?.calls.most ?? 0) + (summarize?.shared ?? 0)).toBe(96);
		expect(exact.usd?.most).toBeGreaterThan(0);
		expect(exact.usdAtMost).toBeGreaterThan(exact.usd?.most ?? 0);
		expect(server.requests).toHaveLength(0);
	});

	it("the budget stops the run: no more is asked, nothing has failed, exit code 1", async () => {
		const { code, stdout } = await dissect("--set", "budget.calls=10");
		expect(code).toBe(1);
		expect(stdout).toContain("(incomplete)");
		expect(stdout).toMatch(/budget {5}reached \(calls 10\): \d+ neurons wait/);
		expect(stdout).toContain("run the same command again");
		expect(stdout).not.toContain("failed     ");
		expect(asked()).toBe(10);
	});

	it("modules that ask once for each neuron are counted as at most that", async () => {
		const result = await dryRun(
			"--set",
			"closedSet.method=icl",
			"--set",
			"summaryCalibration.method=model",
		);
		for (const name of ["closed-set", "summary-calibration"]) {
			const counted = moduleIn(result, name);
			expect(counted?.calls).toEqual({ least: 0, most: 48 });
			expect(counted?.inputTokens.most).toBeGreaterThan(48 * 100);
		}
		expect(result.assumptions.join()).toContain("once for each neuron");
		expect(moduleIn(await dryRun(), "closed-set")).toBeUndefined();
	});

	it("a dry run counts what is there", async () => {
		const result = await dryRun();
		expect(result.run?.status).toBe("incomplete");
		expect(moduleIn(result, "summarize")).toMatchObject({
			served: 9,
			calls: { most: (moduleIn(exact, "summarize")?.calls.most ?? 0) - 9 },
		});
	});

	it("the same budget asks nothing more; a larger one goes on to the end", async () => {
		const again = await dissect("--set", "budget.calls=10");
		expect(again.code).toBe(1);
		expect(asked()).toBe(10);
		const { code, stdout } = await dissect(
			"--json",
			"--set",
			"prices=prices.yaml",
			"--set",
			"budget={usd: 5, calls: 1000, tokens: 10000000}",
		);
		expect(code).toBe(0);
		const { spent, resumed, budgetReached } = JSON.parse(stdout);
		expect({ resumed, budgetReached }).toEqual({
			resumed: true,
			budgetReached: false,
		});
		const [filter, probe, summaries] = spent.lines;
		expect(probe).toMatchObject({ module: "probe", calls: 1 });
		expect(summaries).toMatchObject({
			module: "summarize",
			calls: moduleIn(exact, "summarize")?.calls.most,
			failed: 0,
		});
		expect(filter.module).toBe("open-set-extraction");
		expect(filter.calls).toBeLessThanOrEqual(
			moduleIn(exact, "open-set-extraction")?.calls.most ?? 0,
		);
		// The first ten had no price when they were sent: priced by the table of now.
		const { input, output } = spent.lines.reduce(
			(
				sum: { input: number; output: number },
				line: { inputTokens: number; outputTokens: number },
			) => ({
				input: sum.input + line.inputTokens,
				output: sum.output + line.outputTokens,
			}),
			{ input: 0, output: 0 },
		);
		expect(spent.total.usd).toBeCloseTo((input + 10 * output) / 1e6, 9);
	});

	it("runs show prints the ledger; a dry run then has nothing to ask", async () => {
		const { stdout } = await runCli(["runs", "show", "--config", config]);
		expect(stdout).toMatch(/summarize +openai\/fake-1 +\d+/);
		expect(stdout).toMatch(/spent {6}\d+ calls, [\d,]+ tokens, /);
		const before = server.requests.length;
		const result = await dryRun();
		expect(result.run?.status).toBe("complete");
		expect(result.modules.map(({ calls }) => calls.most)).toEqual([0, 0]);
		expect(server.requests).toHaveLength(before);
	});

	it("another run over the same calls is charged for none of them", async () => {
		const { code, stdout } = await dissect(
			"--json",
			"--set",
			"seed=1",
			"--set",
			"budget.calls=0",
		);
		expect(code).toBe(0);
		const { spent } = JSON.parse(stdout);
		expect(spent.total).toMatchObject({ calls: 0, tokens: 0, usd: 0 });
		expect(
			spent.lines.find(
				({ module }: { module: string }) => module === "summarize",
			).served,
		).toBe(moduleIn(exact, "summarize")?.calls.most);
	});
});

describe("without a language model", () => {
	it("a dry run of the demo says there is nothing to pay", async () => {
		const { code, stdout } = await runCli([
			"demo",
			"--dry-run",
			"--directory",
			join(folder.path, "demo"),
		]);
		expect(code).toBe(0);
		expect(stdout).toContain("no language model is asked: 0 calls");
	});
});
