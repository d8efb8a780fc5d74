/** Triage from outside: what the dry run says, what the run asks, and what the report says about neurons that were left out. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DryRun } from "../../src/dissect/dry-run.ts";
import { openStore } from "../../src/store/open.ts";
import type { NeuronView } from "../../src/store/store.ts";
import { runCli } from "../support/cli.ts";
import {
	type FakeLlmServer,
	startFakeLlmServer,
} from "../support/fake-llm-server.ts";
import { initStudy, temporaryFolder } from "../support/study.ts";

const LAYER = "layer.0.output.dense";
const encoder = fileURLToPath(
	new URL("../fixtures/text-audio/text-audio.yaml", import.meta.url),
);
const folder = temporaryFolder();
const study = join(folder.path, "study");
let server: FakeLlmServer;
let config: string;

beforeAll(async () => {
	server = await startFakeLlmServer();
	config = await initStudy(study, {
		"layers: [classifier]": `layers: [${LAYER}]`,
		"enabled: false": "# enabled: auto",
		"provider: none": "provider: openai",
		"model: null": "model: fake",
		"baseUrl: null": `baseUrl: ${server.openAiUrl}`,
		"modules: [closed-set, summarize, summary-calibration, open-set-extraction]":
			"modules: [summarize]",
	});
});
afterAll(async () => {
	await server.close();
	folder.remove();
});

type Summary = {
	readonly run: { readonly id: string };
	readonly notDescribable: number | null;
};

const run = (...args: string[]) => runCli([...args, "--config", config]);
async function json<T>(...args: string[]): Promise<T> {
	const { code, stdout, stderr } = await run(...args, "--json");
	expect(stderr).not.toMatch(/^error/m);
	expect(code).toBe(0);
	return JSON.parse(stdout) as T;
}
const summaries = (result: DryRun) =>
	result.modules.find(({ module }) => module === "summarize");

function neuronsOf(id: string): NeuronView[] {
	const store = openStore({
		directory: join(study, ".audio-dissect"),
		readOnly: true,
	});
	try {
		return store.readLayerNeurons(id, LAYER, { from: 0, count: 1000 });
	} finally {
		store.close();
	}
}
const isLeftOut = ({ status }: NeuronView): boolean =>
	status.status === "ok" && status.marks.includes("not_describable");
const triageOf = ({ status }: NeuronView) =>
	status.status === "ok" ? status.triage : undefined;

const asked = (): number =>
	server.requests.filter(({ body }) =>
		JSON.stringify(body).includes("captions"),
	).length;

describe("triage, on because a language model writes the summaries", () => {
	let leftOut: number;
	let calls: number;

	it("a dry run before anything is recorded says that it cannot know", async () => {
		const result = await json<DryRun>("dissect", "--dry-run");
		expect(result.triage).toEqual({
			notDescribable: null,
			unjudged: null,
			reason: "the network is not recorded over this probe set yet",
		});
		expect(summaries(result)?.calls.most).toBe(256);
		const { stdout } = await run("dissect", "--dry-run");
		expect(stdout).toMatch(
			/^triage {5}how many neurons it leaves out is not known yet: the network is not recorded/m,
		);
	});

	it("a dry run of a recorded network says how many, and counts no call for them", async () => {
		expect((await run("record")).code).toBe(0);
		const result = await json<DryRun>("dissect", "--dry-run");
		leftOut = result.triage?.notDescribable ?? 0;
		expect(leftOut).toBeGreaterThan(5);
		expect(leftOut).toBeLessThan(64);
		const counted = summaries(result);
		calls = counted?.calls.most ?? 0;
		expect(calls + (counted?.shared ?? 0)).toBe(2 * (128 - leftOut));
		expect(server.requests).toHaveLength(0);
		const { stdout } = await run("dissect", "--dry-run");
		expect(stdout).toContain(
			`triage     leaves out ${leftOut} of 128 neurons (${((100 * leftOut) / 128).toFixed(1)} %) as not describable; to have them described: dissect --neurons layer#unit for some, --set triage.enabled=false for all`,
		);
		const without = await json<DryRun>(
			...["dissect", "--dry-run", "--set", "triage.enabled=false"],
		);
		expect(without.triage).toBeNull();
		expect(summaries(without)?.calls.most).toBeGreaterThan(calls);
	});

	it("a dry run does not send captions to a server to find out", async () => {
		const result = await json<DryRun>(
			...["dissect", "--dry-run", "--set", "embeddings.provider=openai"],
			...["--set", "embeddings.model=fake-embeddings"],
			...["--set", `embeddings.baseUrl=${server.openAiUrl}`],
		);
		expect(result.triage).toEqual({
			notDescribable: null,
			unjudged: null,
			reason:
				"the captions are not embedded yet, and embedding them is a request",
		});
		expect(server.requests).toHaveLength(0);
	});

	let described: NeuronView;
	let skipped: NeuronView;
	it("says so before anything is asked, and asks what the dry run counted", async () => {
		const { code, stderr, stdout } = await run("dissect");
		expect(code).toBe(0);
		const said = stderr.indexOf(`triage: leaves out ${leftOut} of 128 neurons`);
		expect(said).toBeGreaterThan(stderr.indexOf("exemplars: started"));
		expect(stderr.indexOf("summarize: started")).toBeGreaterThan(said);
		expect(stdout).toContain(`triage     leaves out ${leftOut} of 128 neurons`);
		expect(asked()).toBe(calls);

		const again = await json<Summary>("dissect");
		expect(again.notDescribable).toBe(leftOut);
		const neurons = neuronsOf(again.run.id);
		expect(neurons.filter(isLeftOut)).toHaveLength(leftOut);
		for (const neuron of neurons) {
			const evidence = triageOf(neuron);
			expect(evidence).toMatchObject({
				by: "captions",
				bar: { minimumFiringRate: 0, minimumClarity: 0.5 },
			});
			expect(evidence?.below).toBe(isLeftOut(neuron) ? "clarity" : null);
			expect(isLeftOut(neuron)).toBe((evidence?.percentile ?? 1) < 0.5);
			expect(neuron.summaries?.status).toBe(
				isLeftOut(neuron) ? "skipped" : "described",
			);
		}
		described = neurons.find((neuron) => !isLeftOut(neuron)) as NeuronView;
		skipped = neurons.find(isLeftOut) as NeuronView;
	});

	const pageOf = ({ unit }: NeuronView): string =>
		readFileSync(
			join(study, "report", "layers", `01-${LAYER}`, `neuron-${unit}.html`),
			"utf8",
		).replaceAll(/\s+/g, " ");
	const percent = (share: number | null | undefined): string =>
		`${((share ?? Number.NaN) * 100).toFixed(1)} %`;

	it("the report states the evidence in words", async () => {
		expect((await run("report")).code).toBe(0);
		expect(readFileSync(join(study, "report", "index.html"), "utf8")).toContain(
			"<dt>Triage</dt><dd>captions of the high clips at least as alike as those of 50 % of random sets",
		);
		const evidence = triageOf(skipped);
		const page = pageOf(skipped);
		expect(page).toContain(
			`Not describable: the captions of its high clips are more alike than those of ${percent(evidence?.percentile)} of random sets (the bar is 50.0 %).`,
		);
		expect(page).toContain(
			`it is above 0 for ${percent(evidence?.firingRate)} of the clips. To have it described all the same: <code>audio-dissect dissect --neurons ${LAYER}#${skipped.unit}</code>.`,
		);
		expect(page).toContain("summarize was skipped:");
		expect(page).not.toContain("asked for by name");
		expect(pageOf(described)).toContain(
			`of ${percent(triageOf(described)?.percentile)} of random sets (the bar is 50.0 %)`,
		);
	});

	it("its prompts are shown as what would be asked", async () => {
		const shown = async ({ unit }: NeuronView) =>
			(await run("prompts", "show", `${LAYER}#${unit}`)).stdout;
		expect(await shown(skipped)).toContain(
			`triage left it out, so nothing was asked about it; dissect --neurons ${LAYER}#${skipped.unit} asks:`,
		);
		expect(await shown(described)).not.toContain("triage");
	});

	it("a neuron that is named is described all the same, and the page says why", async () => {
		const named = `${LAYER}#${skipped.unit}`;
		const dry = await json<DryRun>("dissect", "--dry-run", "--neurons", named);
		expect(dry.triage?.notDescribable).toBe(0);
		expect(summaries(dry)?.calls.most).toBeGreaterThan(0);
		const { run: made, notDescribable } = await json<Summary>(
			...["dissect", "--neurons", named],
		);
		expect(notDescribable).toBe(0);
		expect(neuronsOf(made.id)[0]).toMatchObject({
			unit: skipped.unit,
			status: { marks: [], triage: { below: "clarity" } },
			summaries: { status: "described" },
		});
		expect((await run("report", made.id)).code).toBe(0);
		expect(pageOf(skipped)).toContain(
			"That is below the bar; it is described because it was asked for by name.",
		);
	});

	it("no model is put to the quiz when every neuron is left out", async () => {
		const before = server.requests.length;
		const all = await json<Summary>(
			...["dissect", "--set", "languageModel.check=true"],
			...["--set", "triage.minimumFiringRate=1"],
			...["--set", "triage.minimumClarity=1"],
		);
		expect(all).toMatchObject({ notDescribable: 128, unjudged: 0 });
		expect(server.requests).toHaveLength(before);
	});

	it("where the budget ends before triage is done, the neurons that were asked for wait", async () => {
		const { code, stdout } = await run(
			...["dissect", "--json", "--neurons", `${LAYER}#0-1`],
			...["--set", "embeddings.provider=openai"],
			...["--set", "embeddings.model=fake-embeddings"],
			...["--set", `embeddings.baseUrl=${server.openAiUrl}`],
			...["--set", "budget.calls=0"],
		);
		expect(code).toBe(1);
		expect(JSON.parse(stdout)).toMatchObject({
			budgetReached: true,
			waiting: 2,
		});
	});

	it("the clarity of sounds is another evidence, and needs a text-audio encoder", async () => {
		const audio = ["--set", "triage.clarity=audio", "--modules", "summarize"];
		const set = [...audio, "--set", `textAudio=${encoder}`];
		const dry = await json<DryRun>("dissect", "--dry-run", ...set);
		const { run: made, notDescribable } = await json<Summary>(
			...["dissect", ...set],
		);
		expect(notDescribable).toBe(dry.triage?.notDescribable);
		const neurons = neuronsOf(made.id);
		expect(neurons.filter(isLeftOut)).toHaveLength(notDescribable as number);
		expect(triageOf(neurons[0] as NeuronView)).toMatchObject({ by: "audio" });
		expect(neurons.map((neuron) => triageOf(neuron)?.clarity)).not.toEqual(
			neuronsOf((await json<Summary>("dissect")).run.id).map(
				(neuron) => triageOf(neuron)?.clarity,
			),
		);

		const without = await run("dissect", ...audio);
		expect(without.code).toBe(2);
		expect(without.stderr).toContain(
			'triage.clarity: "audio" needs a text-audio encoder',
		);
	});
});

describe("triage without a language model", () => {
	it("is off unless it is asked for", async () => {
		const set = ["--set", "languageModel.provider=none"];
		const { notDescribable } = await json<Summary>("dissect", ...set);
		expect(notDescribable).toBeNull();
		const { stdout } = await run(
			...["dissect", "--dry-run", ...set, "--set", "triage.enabled=true"],
		);
		expect(stdout).toMatch(/^triage {5}leaves out \d+ of 128 neurons/m);
		expect(stdout).toContain("no language model is asked");
	});
});
