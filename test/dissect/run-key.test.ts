/** A stored result is used again only for the same inputs: every field of the config counts for the run's key, or it cannot change a result. */
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resolvedConfig } from "../../src/config/config.ts";
import { loadConfig } from "../../src/config/load.ts";
import { collectDeferred } from "../../src/dissect/dry-run-calls.ts";
import { runKey } from "../../src/dissect/run.ts";
import { hashClipInputs, recordingId } from "../../src/recordings/identity.ts";
import type { Json } from "../../src/shared/hash.ts";
import { openStudy } from "../../src/study.ts";
import { initStudy, temporaryFolder } from "../support/study.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

/** A new field has to be put into one of the two lists, with another value for it. */
const CHANGES_RESULTS = [
	"layers=[layer.0.output.dense]",
	"network=demo-random",
	"conceptSet=concepts/other.txt",
	"probeSet=other.jsonl",
	"prompts=other-prompts",
	"modules=[summarize]",
	"exemplars.count=4",
	"closedSet.method=icl",
	"closedSet.function=cosine",
	"closedSet.conceptScores=cosine",
	"closedSet.conceptTemplate=the sound of {concept}",
	"closedSet.permutations=10",
	"summarize.minWords=4",
	"summaryCalibration.threshold=0.6",
	"summaryCalibration.method=model",
	// What it sets counts, not its name.
	"preset=paper",
	"pooling=max",
	"triage.enabled=true",
	"triage.clarity=audio",
	"triage.minimumFiringRate=0.1",
	"triage.minimumClarity=0.8",
	"languageModel.provider=anthropic",
	"languageModel.model=other",
	"languageModel.baseUrl=http://localhost:2/v1",
	"languageModel.temperature=1",
	"languageModel.seed=3",
	"languageModel.maxOutputTokens=99",
	"languageModel.api=responses",
	"languageModel.structuredOutput=text",
	"languageModel.reply=text",
	"languageModel.extraBody={ cache_prompt: false }",
	"languageModel.modules={ acoustic-filter: { model: other } }",
	"embeddings.provider=openai",
	"embeddings.model=other",
	"embeddings.baseUrl=http://localhost:2/v1",
	"recording.precision=float16",
	"recording.provider=cuda",
	"seed=1",
];
const CHANGES_NOTHING = [
	"store=elsewhere",
	"report.directory=elsewhere",
	"report.missingValues={snr_db: [-999]}",
	"languageModel.apiKeyEnv=OTHER",
	"languageModel.concurrency=3",
	"languageModel.check=true",
	// How calls are sent, not what they are.
	"languageModel.batch=true",
	// For other providers than the one the study asks.
	"languageModel.replayOf=anthropic",
	"languageModel.file=probe-set.jsonl",
	"languageModel.contextSize=1000",
	"languageModel.threads=1",
	"languageModel.requestsPerMinute=3",
	"languageModel.tokensPerMinute=3000",
	"languageModel.timeoutSeconds=3",
	"languageModel.maxRetries=1",
	// Captions count as part of the probe set, whoever wrote them.
	"caption.samples=2",
	"caption.sampleRate=8000",
	"caption.seconds=10",
	"budget.usd=null",
	"budget.tokens=3",
	"budget.calls=3",
	"prices=prices.yaml",
	"embeddings.apiKeyEnv=OTHER",
	"embeddings.timeoutSeconds=3",
	"embeddings.maxRetries=1",
	// Kept for the life of a recording; another recording is another key.
	"recording.batchSize=3",
	"recording.threads=1",
	"recording.clipThreads=1",
	// Only whether unknown labels are refused.
	"labels=own",
];
/** Null unless another encoder is at hand; its files are hashed. textAudio counts for the method tab: see the test below. */
const NOT_TRIED = ["embeddings.directory", "textAudio"];

const LANGUAGE_MODEL = [
	"languageModel.provider=openai",
	"languageModel.model=fake",
	"languageModel.baseUrl=http://localhost:1/v1",
];
const EMBEDDINGS = [
	"embeddings.provider=openai",
	"embeddings.model=fake",
	"embeddings.baseUrl=http://localhost:1/v1",
];

const encoder = fileURLToPath(
	new URL("../fixtures/text-audio/text-audio.yaml", import.meta.url),
);

let path: string;

const keys = new Map<string, Promise<string>>();

/** The key of the study with these fields set. Remembered: most are compared with the same few. */
function keyOf(set: readonly string[]): Promise<string> {
	const name = set.join("\n");
	const key = keys.get(name) ?? makeKey(set);
	keys.set(name, key);
	return key;
}

async function makeKey(set: readonly string[]): Promise<string> {
	const study = await openStudy({
		config: await loadConfig({ path, set }),
		// Nobody listens at the addresses of these configs: what is never sent needs no server that is found able first.
		defer: collectDeferred().defer,
	});
	try {
		const { network, probeSet } = study;
		const { precision = "float32", provider = "cpu" } = study.recording ?? {};
		const hashes = await hashClipInputs(network, probeSet.clips);
		return runKey(
			study,
			recordingId(network, hashes, { precision, provider }),
			null,
		);
	} finally {
		await study.close();
	}
}

beforeAll(async () => {
	const study = join(folder.path, "study");
	path = await initStudy(study);
	writeFileSync(join(study, "concepts", "other.txt"), "rain\nwind\n");
	writeFileSync(join(study, "prices.yaml"), "[]");
	const { cpSync, readFileSync } = await import("node:fs");
	writeFileSync(
		join(study, "other.jsonl"),
		readFileSync(join(study, "probe-set.jsonl"), "utf8").replace(
			"piano",
			"pianoforte",
		),
	);
	cpSync(join(study, "prompts"), join(study, "other-prompts"), {
		recursive: true,
	});
	appendFileSync(
		join(study, "other-prompts", "summarize.md"),
		"\nAnswer in English.\n",
	);
});

describe("the run key", () => {
	/** What a field is compared with: the plain study, or one that asks a server, for the fields that only count then. */
	const baseOf = (field: string): readonly string[] => {
		if (field === "embeddings.provider") return [];
		if (field.startsWith("embeddings.")) return EMBEDDINGS;
		// The output layer keeps its own pooling.
		if (field === "pooling") return ["layers=[layer.0.output.dense]"];
		if (field === "triage.clarity")
			return ["triage.enabled=true", `textAudio=${encoder}`];
		if (field.startsWith("triage.minimum")) return ["triage.enabled=true"];
		return field.startsWith("languageModel.") ||
			field === "prompts" ||
			field === "summaryCalibration.method" ||
			field === "closedSet.method"
			? LANGUAGE_MODEL
			: [];
	};
	const extra = (override: string): readonly string[] =>
		override === "embeddings.provider=openai" ? EMBEDDINGS : [override];

	it.each(CHANGES_RESULTS)("%s is another run", async (override) => {
		const base = baseOf(override.split("=")[0] as string);
		expect(await keyOf([...base, ...extra(override)])).not.toBe(
			await keyOf(base),
		);
	});

	it.each(CHANGES_NOTHING)("%s is the same run", async (override) => {
		const base = baseOf(override.split("=")[0] as string);
		expect(await keyOf([...base, override])).toBe(await keyOf(base));
	});

	it("a model for a use that no module has is the same run", async () => {
		expect(
			await keyOf([
				...LANGUAGE_MODEL,
				"languageModel.modules={ judge: { model: other } }",
			]),
		).toBe(await keyOf(LANGUAGE_MODEL));
	});

	it("a replay is the run whose calls it replays", async () => {
		expect(
			await keyOf([
				...LANGUAGE_MODEL,
				"languageModel.provider=replay",
				"languageModel.replayOf=openai",
			]),
		).toBe(await keyOf(LANGUAGE_MODEL));
	});

	it("the text-audio encoder counts where it is used", async () => {
		const named = `textAudio=${encoder}`;
		expect(await keyOf([named])).toBe(await keyOf([]));
		const tab = await keyOf([named, "closedSet.method=tab"]);
		expect(tab).not.toBe(await keyOf([named, "closedSet.function=soft-wpmi"]));
		const other = join(folder.path, "other-encoder.yaml");
		writeFileSync(
			other,
			`audio: { file: ${join(encoder, "../audio.onnx")}, frontEnd: { kind: clap-mel, melBins: 16, seconds: 2, long: cut } }
text: { file: ${join(encoder, "../text.onnx")}, tokenizer: ${join(encoder, "../tokenizer.json")}, tokenizerConfig: ${join(encoder, "../tokenizer_config.json")} }
`,
		);
		expect(
			await keyOf([`textAudio=${other}`, "closedSet.method=tab"]),
		).not.toBe(tab);
		const sounds = ["triage.enabled=true", "triage.clarity=audio"];
		expect(await keyOf([...sounds, `textAudio=${other}`])).not.toBe(
			await keyOf([...sounds, named]),
		);
	});

	it("auto is the function it stands for", async () => {
		expect(await keyOf(["closedSet.function=cos-cubed"])).toBe(await keyOf([]));
	});

	it("triage: auto is what it stands for", async () => {
		expect(await keyOf(["triage.enabled=auto"])).toBe(
			await keyOf(["triage.enabled=false"]),
		);
		expect(await keyOf([...LANGUAGE_MODEL, "triage.enabled=auto"])).toBe(
			await keyOf([...LANGUAGE_MODEL, "triage.enabled=true"]),
		);
	});

	it("the lists have every field of the config", async () => {
		const listed = [...CHANGES_RESULTS, ...CHANGES_NOTHING].map(
			(override) => override.split("=")[0] as string,
		);
		expect([...listed, ...NOT_TRIED].sort()).toEqual(
			fields(resolvedConfig(await loadConfig({ path }))).sort(),
		);
	});
});

function fields(value: Json, at: readonly string[] = []): string[] {
	const isLeaf =
		typeof value !== "object" || value === null || Array.isArray(value);
	// A mapping whose keys are the user's own is one field.
	if (isLeaf || Object.keys(value).length === 0) return [at.join(".")];
	return Object.entries(value).flatMap(([key, member]) =>
		fields(member ?? null, [...at, key]),
	);
}
