/** The closed-set methods tab and icl, and the last-layer table, from outside, on the demo's output layer. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "../../src/store/open.ts";
import type { NeuronView } from "../../src/store/store.ts";
import type { ClosedSetResult } from "../../src/types.ts";
import { runCli } from "../support/cli.ts";
import {
	type FakeLlmServer,
	startFakeLlmServer,
} from "../support/fake-llm-server.ts";
import { initRecordedStudy } from "../support/recorded-store.ts";
import { temporaryFolder } from "../support/study.ts";

const folder = temporaryFolder();
let server: FakeLlmServer;
let config: string;
const store = () => join(folder.path, "study", ".audio-dissect");
const encoder = fileURLToPath(
	new URL("../fixtures/text-audio/text-audio.yaml", import.meta.url),
);

beforeAll(async () => {
	server = await startFakeLlmServer();
	config = await initRecordedStudy(join(folder.path, "study"));
});
afterAll(async () => {
	await server.close();
	folder.remove();
});

const model = () => [
	"--set",
	"languageModel.provider=openai",
	"--set",
	"languageModel.model=fake",
	"--set",
	`languageModel.baseUrl=${server.openAiUrl}`,
];

async function json<T>(args: readonly string[], code = 0): Promise<T> {
	const result = await runCli([...args, "--config", config, "--json"]);
	expect(result.stderr).not.toMatch(/^error/m);
	expect(result.code).toBe(code);
	return JSON.parse(result.stdout) as T;
}

function neuronsOf(run: string): NeuronView[] {
	const opened = openStore({ directory: store(), readOnly: true });
	try {
		return opened.readLayerNeurons(run, "classifier", { from: 0, count: 100 });
	} finally {
		opened.close();
	}
}

type Dissected = { readonly run: { readonly id: string } };

function outputs(run: string): ClosedSetResult[] {
	return neuronsOf(run).flatMap(({ closedSet }) =>
		closedSet?.status === "described" ? [closedSet.output] : [],
	);
}

const namesOf = ({ ranked }: ClosedSetResult): string[] =>
	ranked.map(({ concept }) => concept);

describe("method icl", () => {
	it("asks after the summaries, stores names of the set only, and asks nothing twice", async () => {
		const args = [
			"dissect",
			...model(),
			"--set",
			"closedSet.method=icl",
			"--modules",
			"closed-set,summarize",
		];
		const { run } = await json<Dissected>(args);
		const found = outputs(run.id);
		expect(found.length).toBeGreaterThan(20);
		for (const output of found) {
			if (output.method !== "icl") throw new Error(output.method);
			expect(output.function).toBeNull();
			expect(output.shortlist).toBeNull();
			for (const { score } of output.ranked) expect(score).toBeNull();
			expect(output.ranked.length === 0).toBe(output.noneFits);
		}
		const withoutSummary = neuronsOf(run.id).filter(
			({ closedSet }) => closedSet?.status === "skipped",
		);
		for (const { closedSet, summaries } of withoutSummary) {
			expect(closedSet).toMatchObject({ reason: "no_summary" });
			expect(summaries).toMatchObject({ output: { high: { sentences: [] } } });
		}
		expect(found.length + withoutSummary.length).toBe(48);
		const [first] = neuronsOf(run.id).filter(
			({ closedSet }) => closedSet?.status === "described",
		);
		expect(
			first?.provenance.find(({ module }) => module === "closed-set"),
		).toMatchObject({ model: "openai/fake", promptHash: expect.any(String) });
		const asked = server.requests.length;
		await json(args);
		expect(server.requests.length).toBe(asked);
		// The run's own results are a row of the table.
		const table = await json<Table>(["evaluate", "--last-layer", run.id]);
		expect(table.rows.at(-1)).toMatchObject({ method: "icl", function: null });
		expect(server.requests.length).toBe(asked);
		expect(table.absent).toEqual([{ method: "tab", why: expect.any(String) }]);
		const report = await runCli(["report", run.id, "--config", config]);
		expect(report.code).toBe(0);
	});

	it("is refused without a language model, without summaries, and with a function", async () => {
		for (const [args, message] of [
			[[], "languageModel.provider"],
			[[...model(), "--modules", "closed-set"], "summarize"],
			[[...model(), "--set", "closedSet.function=cosine"], "expected auto"],
		] as const) {
			const { code, stderr } = await runCli([
				"dissect",
				"--config",
				config,
				"--set",
				"closedSet.method=icl",
				...args,
			]);
			expect(code).toBe(2);
			expect(stderr).toContain(message);
		}
	});
});

type Table = {
	readonly rows: readonly {
		readonly method: string;
		readonly function: string | null;
		readonly reason: string | null;
		readonly top1: { readonly value: number; readonly nValid: number } | null;
		readonly top5: { readonly value: number } | null;
		readonly cosine: { readonly value: number } | null;
	}[];
	readonly absent: readonly { readonly method: string; readonly why: string }[];
};

describe("method tab", () => {
	it("compares with the sound by soft-wpmi, and embeds each clip once", async () => {
		const args = [
			"dissect",
			"--modules",
			"closed-set",
			"--set",
			`textAudio=${encoder}`,
			"--set",
			"closedSet.method=tab",
			"--set",
			"closedSet.permutations=2",
		];
		const { run } = await json<Dissected>(args);
		for (const output of outputs(run.id))
			expect(output).toMatchObject({
				method: "tab",
				function: "soft-wpmi",
				softmaxFactors: { conceptScores: null, similarity: 10 },
			});
		const table = await json<Table>([
			"evaluate",
			"--last-layer",
			"--set",
			`textAudio=${encoder}`,
		]);
		expect(table.rows.map((row) => row.method)).toEqual([
			...Array.from({ length: 5 }, () => "db"),
			...Array.from({ length: 5 }, () => "tab"),
		]);
		// What a run by captions says of itself.
		const db = await json<{ readonly lastLayer: unknown }>([
			"dissect",
			"--modules",
			"closed-set",
			"--set",
			"closedSet.permutations=0",
		]);
		const { top1, top5, cosine } =
			table.rows.find((row) => row.function === "cos-cubed") ?? {};
		expect({ top1, top5, cosine }).toMatchObject({ top1: { nValid: 48 } });
		expect(db.lastLayer).toMatchObject({ top1, top5, cosine });
		const text = await runCli(["evaluate", "--last-layer", "--config", config]);
		expect(text.stdout).toMatch(/^DB +cos-cubed +\d+\.\d/m);
		expect(text.stdout).toContain("no TAB: ");
	});

	it("a template changes what the encoder reads, not what is reported", async () => {
		const args = ["dissect", "--modules", "closed-set", "--set"];
		const plain = await json<Dissected>([...args, "closedSet.permutations=0"]);
		const template = "closedSet.conceptTemplate=the sound of {concept}";
		const { run } = await json<Dissected>([
			...args,
			"closedSet.permutations=0",
			"--set",
			template,
		]);
		expect(run.id).not.toBe(plain.run.id);
		const [before, after] = [outputs(plain.run.id), outputs(run.id)];
		expect(after.length).toBe(before.length);
		expect(after).not.toEqual(before);
		const known = readFileSync(
			new URL("../../concepts/demo.txt", import.meta.url),
			"utf8",
		).split("\n");
		for (const output of after) {
			for (const name of namesOf(output)) expect(known).toContain(name);
			expect(output).toMatchObject({
				softmaxFactors: { conceptScores: 100, similarity: null },
			});
		}
		const table = await json<Table & { readonly conceptTemplate: string }>([
			...["evaluate", "--last-layer", run.id, "--set", template],
		]);
		expect(table.conceptTemplate).toBe("the sound of {concept}");
		const { code, stderr } = await runCli([
			...["dissect", "--config", config],
			...["--set", "closedSet.conceptTemplate=the sound of it"],
		]);
		expect(code).toBe(2);
		expect(stderr).toContain("expected {concept} in the text");
	});

	it("is refused without an encoder", async () => {
		const { code, stderr } = await runCli([
			"dissect",
			"--config",
			config,
			"--set",
			"closedSet.method=tab",
		]);
		expect(code).toBe(2);
		expect(stderr).toContain("textAudio is not set");
	});
});

describe("evaluate", () => {
	it("says what it can evaluate, and refuses another concept set", async () => {
		const bare = await runCli(["evaluate", "--config", config]);
		expect(bare.code).toBe(2);
		expect(bare.stderr).toContain("evaluation_unknown");
		const other = await runCli([
			"evaluate",
			"--last-layer",
			"--config",
			config,
			"--set",
			"conceptSet=probe-set.jsonl",
		]);
		expect(other.code).toBe(2);
		expect(other.stderr).toContain("concept_set_differs");
	});
});
