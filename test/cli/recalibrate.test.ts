/** Recalibration, triage and calibration by a language model from outside, on the demo's output layer. */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "../../src/store/open.ts";
import type { NeuronView } from "../../src/store/store.ts";
import { runCli } from "../support/cli.ts";
import { startFakeLlmServer } from "../support/fake-llm-server.ts";
import { initRecordedStudy } from "../support/recorded-store.ts";
import { asking, temporaryFolder } from "../support/study.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());
let config: string;
const store = () => join(folder.path, "study", ".audio-dissect");

type Summary = {
	readonly run: {
		readonly id: string;
		readonly resolved: {
			readonly summaryCalibration: { readonly threshold: number };
		};
	};
	readonly source: string;
	readonly nearestClass: {
		readonly summary: {
			readonly correct: number;
			readonly of: number;
			readonly nearest: readonly (string | null)[];
		};
		readonly captions: { readonly correct: number };
	} | null;
	readonly lastLayer: unknown;
	readonly resumed: boolean;
	readonly unjudged: readonly string[];
	readonly layers: readonly {
		readonly modules: Readonly<
			Record<string, Readonly<Record<string, number>>>
		>;
	}[];
};

async function json(args: readonly string[], code = 0): Promise<Summary> {
	const result = await runCli([...args, "--config", config, "--json"]);
	expect(result.stderr).not.toMatch(/^error/m);
	expect(result.code).toBe(code);
	return JSON.parse(result.stdout) as Summary;
}

function neuronsOf(run: string, directory = store()): NeuronView[] {
	const opened = openStore({ directory, readOnly: true });
	try {
		return opened.readLayerNeurons(run, "classifier", { from: 0, count: 100 });
	} finally {
		opened.close();
	}
}
const calibratedOf = ({ calibrated }: NeuronView) =>
	calibrated?.status === "described" ? calibrated.output : null;

beforeAll(async () => {
	config = await initRecordedStudy(join(folder.path, "study"));
	await json(["dissect", "--set", "closedSet.permutations=0"]);
});

const shown = (run: string): Promise<Summary> => json(["runs", "show", run]);

describe("recalibrate", () => {
	it("makes a new run over the same summaries, twice the same one, and leaves the old one alone", async () => {
		const list = await runCli(["runs", "list", "--config", config, "--json"]);
		const [{ id: source }] = JSON.parse(list.stdout) as [{ id: string }];
		const before = neuronsOf(source);
		const args = ["recalibrate", source, "--threshold", "0.2"];
		const made = await json(args);
		expect(made).toMatchObject({ source, resumed: false });
		expect(made.run.id).not.toBe(source);
		expect(made.run.resolved.summaryCalibration.threshold).toBe(0.2);
		const after = neuronsOf(made.run.id);
		expect(after.map(({ summaries }) => summaries)).toEqual(
			before.map(({ summaries }) => summaries),
		);
		expect(after.map(({ closedSet }) => closedSet)).toEqual(
			before.map(({ closedSet }) => closedSet),
		);
		const sentences = after.flatMap(
			(neuron) => calibratedOf(neuron)?.sentences ?? [],
		);
		const struck = (views: readonly NeuronView[]) =>
			views
				.flatMap((neuron) => calibratedOf(neuron)?.sentences ?? [])
				.filter(({ kept }) => !kept).length;
		expect(struck(after)).toBeGreaterThan(struck(before));
		for (const { kept, cosine } of sentences)
			expect(kept).toBe(cosine === null || cosine <= 0.2);
		expect(neuronsOf(source)).toEqual(before);

		expect(await json(args)).toMatchObject({
			run: { id: made.run.id },
			resumed: true,
			unjudged: made.unjudged,
		});
		// Back at the source's threshold: the source's results.
		const back = await json(["recalibrate", made.run.id, "--threshold", "0.5"]);
		const [was, now] = [await shown(source), await shown(back.run.id)];
		expect(now.nearestClass).toEqual(was.nearestClass);
		expect(now.lastLayer).toEqual(was.lastLayer);
		// Its own summaries are scored, not those of the source.
		expect(made.nearestClass?.summary.of).toBe(was.nearestClass?.summary.of);
		expect(made.nearestClass?.summary.nearest).not.toEqual(
			was.nearestClass?.summary.nearest,
		);
		expect(made.nearestClass?.captions).toEqual(was.nearestClass?.captions);
		const descriptions = (views: readonly NeuronView[]) =>
			views.map(({ calibrated, openSet }) => ({ calibrated, openSet }));
		expect(descriptions(neuronsOf(back.run.id))).toEqual(descriptions(before));
	});

	it("says in words what it did", async () => {
		const { code, stdout, stderr } = await runCli([
			"recalibrate",
			"latest",
			"--threshold=0.7",
			"--config",
			config,
		]);
		expect(code).toBe(0);
		expect(stdout).toMatch(
			/source {5}run [0-9a-f]{12}: its summaries, calibrated at threshold 0\.7; no summary was written anew/,
		);
		expect(stderr).toContain("summary-calibration");
		expect(stdout).not.toContain("summary-calibration: started");
	});

	it("of another store, names that store in the command for its report", async () => {
		const other = join(folder.path, "other store");
		cpSync(store(), other, { recursive: true });
		const { stdout } = await runCli([
			...["recalibrate", "latest", "--threshold=0.3", "--store", other],
			...["--config", config],
		]);
		const [, run = ""] =
			/^report +audio-dissect report (\S+) /m.exec(stdout) ?? [];
		expect(stdout).toContain(
			`report     audio-dissect report ${run} --config ${config} --set 'store=${other}'\n`,
		);
		expect(neuronsOf(run, other)).not.toEqual([]);
	});

	it.each([
		[["latest", "--threshold", "2"], "threshold_invalid"],
		[["latest", "--threshold", "high"], "threshold_invalid"],
		[["nothing", "--threshold", "0.5"], "run_unknown"],
		[["latest", "--threshold", "0.5", "--ask"], "language_model_needed"],
	])("%j is bad usage", async (args, code) => {
		const result = await runCli(["recalibrate", ...args, "--config", config]);
		expect(result.code).toBe(2);
		expect(result.stderr).toContain(`[${code}]`);
		expect(result.stdout).toBe("");
	});

	it("needs a threshold", async () => {
		const { code, stderr } = await runCli(["recalibrate", "latest"]);
		expect(code).toBe(2);
		expect(stderr).toContain("--threshold <cosine>");
	});
});

describe("triage", () => {
	const set = [
		...["--set", "triage.enabled=true", "--set", "closedSet.permutations=0"],
		...["--set", "triage.minimumFiringRate=1"],
		...["--set", "triage.minimumClarity=0"],
	];

	it("skips what is below the bar, with the evidence; the closed set has it all the same", async () => {
		const { run, layers } = await json(["dissect", ...set]);
		expect(layers[0]?.modules).toMatchObject({
			"closed-set": { described: 48, skipped: 0 },
			summarize: { described: 0, skipped: 48 },
			"open-set-extraction": { described: 0, skipped: 48 },
		});
		const [neuron] = neuronsOf(run.id);
		expect(neuron?.summaries).toMatchObject({
			status: "skipped",
			reason: "not_describable",
			evidence: { below: "firing_rate" },
		});
		expect(neuron?.status).toMatchObject({ marks: ["not_describable"] });
	});

	it("unless it was asked for", async () => {
		const { run } = await json([
			...["dissect", ...set],
			...["--neurons", "classifier#3"],
		]);
		const [neuron] = neuronsOf(run.id);
		expect(neuron).toMatchObject({
			unit: 3,
			summaries: { status: "described" },
			status: { marks: [], triage: { below: "firing_rate" } },
		});
	});
});

describe("calibration by a language model", () => {
	it("is one more call per neuron, from its own prompt; the threshold can still be had without a call", async () => {
		const server = await startFakeLlmServer();
		try {
			const directory = join(folder.path, "model");
			const path = await initRecordedStudy(directory, asking(server));
			const args = ["--config", path, "--json"];
			const dissected = await runCli([
				...["dissect", ...args, "--set", "closedSet.permutations=0"],
				...["--set", "summaryCalibration.method=model"],
			]);
			expect(dissected.code).toBe(0);
			const { run } = JSON.parse(dissected.stdout) as Summary;
			const calls = await runCli(["runs", "calls", ...args]);
			const operations = (
				JSON.parse(calls.stdout) as { operation: string }[]
			).map(({ operation }) => operation);
			expect(new Set(operations)).toEqual(
				new Set(["summarize", "calibrate", "acoustic-filter"]),
			);
			const inStore = join(directory, ".audio-dissect");
			const views = neuronsOf(run.id, inStore);
			expect(
				views.every((view) => calibratedOf(view)?.method === "model"),
			).toBe(true);
			const before = server.requests.length;
			const again = await runCli([
				...["recalibrate", run.id, "--threshold", "1", ...args],
			]);
			expect(again.code).toBe(0);
			expect(server.requests.length).toBe(before);
			const recalibrated = JSON.parse(again.stdout) as Summary;
			for (const view of neuronsOf(recalibrated.run.id, inStore))
				expect(calibratedOf(view)).toMatchObject({
					method: "embeddings",
					threshold: 1,
				});
		} finally {
			await server.close();
		}
	});
});
