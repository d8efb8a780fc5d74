import {
	existsSync,
	mkdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import { loadProbeSet } from "../../src/inputs/probe-set/probe-set.ts";
import { openStore } from "../../src/store/open.ts";
import {
	type CaptionStudyOptions,
	captionStudy,
} from "../../src/study/caption-study.ts";
import {
	type FakeLlmServer,
	startFakeLlmServer,
} from "../support/fake-llm-server.ts";
import { NOW, temporaryFolder } from "../support/temporary-store.ts";
import { sine, writeWav } from "../support/wav.ts";

let server: FakeLlmServer;
beforeEach(async () => {
	server = await startFakeLlmServer({
		script: () => ({ kind: "reply", text: " A steady tone. \n" }),
	});
});
afterEach(() => server.close());

type Study = {
	readonly folder: string;
	readonly captions: string;
	run(
		set?: readonly string[],
		options?: Partial<CaptionStudyOptions>,
	): ReturnType<typeof captionStudy>;
	lines(): Record<string, unknown>[];
};

/** Three clips of 8 kHz, the first with a caption in the manifest. */
function study(manifest?: string): Study {
	const folder = temporaryFolder();
	mkdirSync(join(folder, "clips"));
	for (const [index, hertz] of [300, 500, 700].entries())
		writeWav(join(folder, `clips/${index}.wav`), sine(hertz, 1, 8000), 8000);
	writeFileSync(
		join(folder, "probe-set.jsonl"),
		manifest ??
			'{"clip":"clips/0.wav","caption":"A low tone."}\n{"clip":"clips/1.wav"}\n{"clip":"clips/2.wav"}\n',
	);
	writeFileSync(join(folder, "concepts.txt"), "rain\n");
	writeFileSync(
		join(folder, "dissect.yaml"),
		"network: demo\nprobeSet: { manifest: probe-set.jsonl, captions: captions.jsonl }\nconceptSet: concepts.txt\n",
	);
	const captions = join(folder, "captions.jsonl");
	return {
		folder,
		captions,
		run: async (set = [], options = {}) => {
			const config = await loadConfig({
				path: join(folder, "dissect.yaml"),
				set: [
					"languageModel.provider=openai",
					"languageModel.model=hears",
					`languageModel.baseUrl=${server.openAiUrl}`,
					"languageModel.maxRetries=0",
					...set,
				],
			});
			const store = openStore({ directory: config.store, now: () => NOW });
			try {
				return await captionStudy({ config, store, ...options });
			} finally {
				store.close();
			}
		},
		lines: () =>
			readFileSync(captions, "utf8")
				.trimEnd()
				.split("\n")
				.map((line): Record<string, unknown> => JSON.parse(line)),
	};
}

function storedCalls({ folder }: Study) {
	const store = openStore({
		directory: join(folder, ".audio-dissect"),
		readOnly: true,
	});
	try {
		return [...store.allCalls()];
	} finally {
		store.close();
	}
}

describe("captionStudy", () => {
	test("captions the clips without a caption and says who wrote what", async () => {
		const own = study();
		expect(await own.run()).toMatchObject({
			output: own.captions,
			clips: 3,
			byHand: 1,
			before: 0,
			asked: 2,
			captions: 2,
			served: 0,
			missing: [],
			excluded: [],
		});
		expect(own.lines()).toEqual(
			["clips/1.wav", "clips/2.wav"].map((clip) => ({
				clip,
				caption: "A steady tone.",
				captioner: {
					provider: "openai",
					model: "hears",
					baseUrl: server.openAiUrl,
				},
				promptHash: expect.stringMatching(/^[0-9a-f]{64}$/),
				sample: 0,
				audio: expect.stringMatching(/^[0-9a-f]{64}$/),
			})),
		);
		const set = await loadProbeSet({
			manifest: join(own.folder, "probe-set.jsonl"),
			captions: own.captions,
		});
		expect(
			set.clips.map(({ captions, captionSources }) => [
				captions,
				captionSources?.[0]?.model,
			]),
		).toEqual([
			[["A low tone."], undefined],
			[["A steady tone."], "hears"],
			[["A steady tone."], "hears"],
		]);
	});

	test("sends the clip as a 16 kHz mono WAV in the user message, as plain text; the store keeps its hash", async () => {
		const own = study();
		await own.run(["caption.seconds=0.5"]);
		const [request] = server.requests;
		const [system, user] = (request?.body.messages ?? []) as {
			role: string;
			content: unknown;
		}[];
		expect(system).toMatchObject({ role: "system" });
		expect(user?.content).toEqual([
			{ type: "text", text: "Describe this clip." },
			{
				type: "input_audio",
				input_audio: { format: "wav", data: expect.any(String) },
			},
		]);
		expect(request?.body).not.toHaveProperty("response_format");
		const [, audio] = (user?.content ?? []) as {
			input_audio: { data: string };
		}[];
		const wav = Buffer.from(audio?.input_audio.data ?? "", "base64");
		expect(wav.toString("latin1", 0, 4)).toBe("RIFF");
		expect(wav.readUInt16LE(22)).toBe(1);
		expect(wav.readUInt32LE(24)).toBe(16_000);
		expect(wav.length).toBe(44 + 2 * 8000);
		// A tone of 500 or 700 Hz crosses zero upwards as often in half a second.
		const samples = Array.from({ length: 8000 }, (_, i) =>
			wav.readInt16LE(44 + 2 * i),
		);
		const rises = samples.filter(
			(value, i) => i > 0 && value >= 0 && (samples[i - 1] as number) < 0,
		).length;
		expect([249, 250, 251, 349, 350, 351]).toContain(rises);
		for (const call of storedCalls(own)) {
			expect(call).toMatchObject({
				operation: "caption",
				request: {
					audio: [
						{ format: "wav", hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
					],
				},
			});
			expect(JSON.stringify(call).length).toBeLessThan(3000);
		}
	});

	test("does nothing a second time, also when the file is gone or only half of it is there", async () => {
		const own = study();
		await own.run();
		const written = readFileSync(own.captions, "utf8");
		expect(await own.run()).toMatchObject({ before: 2, asked: 0, captions: 0 });
		expect(readFileSync(own.captions, "utf8")).toBe(written);
		rmSync(own.captions);
		expect(await own.run()).toMatchObject({ asked: 2, captions: 2, served: 2 });
		expect(readFileSync(own.captions, "utf8")).toBe(written);
		writeFileSync(own.captions, `${written.split("\n")[1]}\n`);
		expect(await own.run()).toMatchObject({ before: 1, served: 1 });
		expect(readFileSync(own.captions, "utf8")).toBe(written);
		expect(server.requests).toHaveLength(2);
	});

	test("another audio file, model, rate or prompt is asked anew and takes the place of the older caption", async () => {
		const own = study();
		await own.run();
		writeWav(join(own.folder, "clips/1.wav"), sine(900, 1, 8000), 8000);
		expect(await own.run()).toMatchObject({ before: 1, asked: 1, served: 0 });
		expect(
			await own.run(["languageModel.modules.caption.model=better"]),
		).toMatchObject({ before: 0, asked: 2, served: 0 });
		expect(own.lines()).toMatchObject([
			{ captioner: { model: "better" } },
			{ captioner: { model: "better" } },
		]);
		const better = "languageModel.modules.caption.model=better";
		expect(await own.run([better, "caption.sampleRate=8000"])).toMatchObject({
			asked: 2,
			served: 0,
		});
		mkdirSync(join(own.folder, "prompts"));
		const shipped = new URL("../../prompts/caption.md", import.meta.url);
		writeFileSync(
			join(own.folder, "prompts/caption.md"),
			readFileSync(shipped, "utf8").replace("this clip", "this sound"),
		);
		expect(
			await own.run(["prompts=prompts", "caption.sampleRate=8000"]),
		).toMatchObject({ asked: 2, served: 0 });
		expect(own.lines()).toHaveLength(2);
		expect(server.requests).toHaveLength(9);
	});

	test("never replaces a caption written by hand: in the manifest, in the captions file, in the output", async () => {
		const own = study();
		const hand = '{"clip":"clips/1.wav","caption":"A tone, by hand."}\n';
		writeFileSync(own.captions, hand);
		expect(await own.run()).toMatchObject({ byHand: 2, asked: 1 });
		expect(readFileSync(own.captions, "utf8").startsWith(hand)).toBe(true);
		expect(own.lines()).toHaveLength(2);
		// A model's captions of clips that have one, written by whomever.
		const [, line] = readFileSync(own.captions, "utf8").split("\n");
		const of = (clip: string) => line?.replace("clips/2.wav", clip);
		writeFileSync(
			own.captions,
			`${of("clips/0.wav")}\n${of("clips/1.wav")}\n${hand}${of("clips/2.wav")}\n`,
		);
		const { clips } = await loadProbeSet({
			manifest: join(own.folder, "probe-set.jsonl"),
			captions: own.captions,
		});
		expect(
			clips.map(({ captions, captionSources }) => [
				captions,
				captionSources !== undefined,
			]),
		).toEqual([
			[["A low tone."], false],
			[["A tone, by hand."], false],
			[["A steady tone."], true],
		]);
	});

	test("copies captions written by hand from a file of another kind, once", async () => {
		const own = study();
		writeFileSync(
			join(own.folder, "captions.json"),
			'{"clips/1.wav":["By hand.","Also by hand."]}',
		);
		const set = [
			"probeSet={manifest: probe-set.jsonl, captions: captions.json}",
		];
		await expect(own.run(set)).rejects.toMatchObject({
			code: "captions_output",
		});
		for (const _ of [1, 2]) {
			await own.run(set, { output: own.captions });
			expect(own.lines().map(({ clip, caption }) => [clip, caption])).toEqual([
				["clips/1.wav", "By hand."],
				["clips/1.wav", "Also by hand."],
				["clips/2.wav", "A steady tone."],
			]);
		}
	});

	test("a clip that fails is named, the others are written, and only it is asked again", async () => {
		const own = study();
		server.setScript(({ index }) =>
			index === 0 ? { kind: "refused" } : { kind: "reply", text: "A tone." },
		);
		const first = await own.run(["languageModel.concurrency=1"]);
		expect(first).toMatchObject({
			captions: 1,
			missing: [{ clip: "clips/1.wav", sample: 0, code: "reply_refused" }],
		});
		expect(own.lines()).toMatchObject([{ clip: "clips/2.wav" }]);
		expect(await own.run()).toMatchObject({
			before: 1,
			asked: 1,
			captions: 1,
			missing: [],
		});
		expect(server.requests).toHaveLength(3);
		expect(own.lines()).toHaveLength(2);
	});

	test("audio that cannot be decoded or is gone is named and never sent", async () => {
		const own = study();
		writeFileSync(join(own.folder, "clips/1.wav"), "RIFFnothing of the kind");
		rmSync(join(own.folder, "clips/2.wav"));
		expect(await own.run()).toMatchObject({
			captions: 0,
			missing: [
				{ clip: "clips/1.wav", code: expect.stringMatching(/^audio_/) },
			],
			excluded: [{ id: "clips/2.wav", code: "clip_missing" }],
		});
		expect(server.requests).toHaveLength(0);
		expect(storedCalls(own)).toEqual([]);
	});

	test("several samples are several captions; what is said twice counts once", async () => {
		const own = study();
		await expect(own.run(["caption.samples=2"])).rejects.toMatchObject({
			code: "samples_alike",
		});
		const warm = ["languageModel.temperature=0.7", "caption.samples=3"];
		server.setScript(({ index }) => ({
			kind: "reply",
			text: index % 3 === 2 ? "Something else." : "A tone.",
		}));
		expect(
			await own.run([...warm, "languageModel.concurrency=1"]),
		).toMatchObject({ asked: 2, captions: 6 });
		expect(own.lines().map(({ clip, sample }) => [clip, sample])).toEqual(
			["clips/1.wav", "clips/2.wav"].flatMap((clip) =>
				[0, 1, 2].map((sample) => [clip, sample]),
			),
		);
		const { clips } = await loadProbeSet({
			manifest: join(own.folder, "probe-set.jsonl"),
			captions: own.captions,
		});
		expect(clips[1]).toMatchObject({
			captions: ["A tone.", "Something else."],
			captionSources: [{ sample: 0 }, { sample: 2 }],
		});
		expect(await own.run(warm)).toMatchObject({ before: 2, asked: 0 });
	});

	test.each([
		["anthropic", "languageModel.provider=anthropic"],
		["the Responses API", "languageModel.api=responses"],
	])("%s takes no audio: an error before anything is sent", async (_, set) => {
		const own = study();
		await expect(own.run([set])).rejects.toMatchObject({
			name: "ConfigError",
			code: "audio_unsupported",
		});
		expect(server.requests).toHaveLength(0);
		expect(existsSync(own.captions)).toBe(false);
	});

	test("without a model, and with a model that OpenAI says is deaf", async () => {
		const own = study();
		await expect(
			own.run(["languageModel.provider=none"]),
		).rejects.toMatchObject({ code: "captioner_needed" });
		await expect(
			own.run(["languageModel.baseUrl=null", "languageModel.model=gpt-4o"], {
				dryRun: true,
			}),
		).resolves.toMatchObject({ waiting: 2 });
		expect(server.requests).toHaveLength(0);
	});

	test("a rejected key ends it at once", async () => {
		const own = study();
		server.setScript(() => ({ kind: "status", status: 401 }));
		await expect(
			own.run(["languageModel.concurrency=1"]),
		).rejects.toMatchObject({ code: "auth_failed" });
		expect(server.requests).toHaveLength(1);
	});

	test("a dry run counts and leaves everything as it is", async () => {
		const own = study();
		expect(await own.run([], { dryRun: true })).toMatchObject({
			asked: 2,
			waiting: 2,
			missing: [],
		});
		expect(existsSync(own.captions)).toBe(false);
		await own.run();
		rmSync(own.captions);
		expect(await own.run([], { dryRun: true })).toMatchObject({
			captions: 2,
			served: 2,
			waiting: 0,
		});
		expect(server.requests).toHaveLength(2);
	});

	test("replies as JSON where the config wants them", async () => {
		const own = study();
		server.setScript(() => ({ kind: "reply", text: '{"caption":"A tone."}' }));
		await own.run([
			"languageModel.reply=json",
			"languageModel.structuredOutput=schema",
		]);
		expect(server.requests[0]?.schema).toMatchObject({
			properties: { caption: { type: "string" } },
		});
		expect(own.lines()).toMatchObject([
			{ caption: "A tone." },
			{ caption: "A tone." },
		]);
	});

	test("a captions file that misnames its captioner is refused, not taken for one by hand", async () => {
		const own = study();
		writeFileSync(
			own.captions,
			'{"clip":"clips/1.wav","caption":"A tone.","captioner":"salmonn"}\n',
		);
		await expect(own.run()).rejects.toMatchObject({
			code: "captions_invalid",
			message: expect.stringContaining("captions.jsonl:1: a caption with a"),
		});
	});

	test("captions what the manifest has none for, whatever its kind: a folder, a table", async () => {
		const own = study();
		expect(
			await own.run(["probeSet={manifest: clips, captions: captions.jsonl}"]),
		).toMatchObject({ clips: 3, byHand: 0, captions: 3 });
		writeFileSync(
			join(own.folder, "table.csv"),
			"clip,caption\nclips/0.wav,By hand.\nclips/1.wav,\n",
		);
		expect(
			await own.run(["probeSet={manifest: table.csv, captions: other.jsonl}"]),
		).toMatchObject({ clips: 2, byHand: 1, captions: 1, served: 1 });
	});
});

describe("what captions cost", () => {
	const price = (folder: string, model: string): string => {
		const path = join(folder, "prices.yaml");
		writeFileSync(
			path,
			`- baseUrl: ${server.openAiUrl}\n  asOf: 2026-11-01\n  source: a test\n  audioTokensPerSecond: 10\n  models:\n    hears: ${model}\n`,
		);
		return `prices=${JSON.stringify(path)}`;
	};

	test("is charged to a job of this probe set, model and prompt, over every time", async () => {
		const own = study();
		const first = await own.run(["budget.calls=1"]);
		expect(first).toMatchObject({
			captions: 1,
			waiting: 1,
			budgetReached: true,
			missing: [],
		});
		expect(server.requests).toHaveLength(1);
		expect(own.lines()).toHaveLength(1);
		// The same budget is the same budget.
		const again = await own.run(["budget.calls=1"]);
		expect(again).toMatchObject({ budgetReached: true, job: first.job });
		expect(server.requests).toHaveLength(1);
		// Another model has a budget of its own.
		const other = await own.run([
			"budget.calls=1",
			"languageModel.model=other",
		]);
		expect(other.job).not.toBe(first.job);
		expect(server.requests).toHaveLength(2);
		const raised = await own.run(["budget.calls=2"]);
		expect(raised).toMatchObject({ budgetReached: false, job: first.job });
		const store = openStore({
			directory: join(own.folder, ".audio-dissect"),
			readOnly: true,
		});
		expect(store.readLedger(first.job ?? "")).toMatchObject([
			{ operation: "caption", model: "hears", calls: 2 },
		]);
		store.close();
	});

	test("writes no file without a caption, so that the same call goes on when the budget is raised", async () => {
		const own = study();
		const cost = price(own.folder, "{ input: 1, output: 1, audioInput: 1 }");
		expect(await own.run([cost, "budget.tokens=1"])).toMatchObject({
			captions: 0,
			waiting: 2,
			budgetReached: true,
			written: false,
		});
		expect(server.requests).toHaveLength(0);
		expect(await own.run([cost, "budget.tokens=100000"])).toMatchObject({
			captions: 2,
			written: true,
		});
	});

	test("a budget in tokens is kept by the longest that a clip may be", async () => {
		const own = study();
		const set = [
			price(own.folder, "{ input: 1, output: 1, audioInput: 10 }"),
			"languageModel.maxOutputTokens=16",
			"budget.tokens=400",
		];
		// 600 s could be 6,000 tokens; 1 s are 10.
		expect(await own.run([...set, "caption.seconds=600"])).toMatchObject({
			captions: 0,
			budgetReached: true,
		});
		expect(server.requests).toHaveLength(0);
		const { captions } = await own.run([...set, "caption.seconds=1"]);
		expect(captions).toBeGreaterThan(0);
	});

	test("where the tokens of a second are not known, only calls can be limited", async () => {
		const own = study();
		await expect(own.run(["budget.tokens=100000"])).rejects.toMatchObject({
			code: "audio_tokens_unknown",
		});
		expect(server.requests).toHaveLength(0);
	});

	test("is said before anything is sent: text, sounds by their length, and the most it can be", async () => {
		const own = study();
		const set = [
			price(
				own.folder,
				"{ input: 1000000, output: 2000000, audioInput: 5000000 }",
			),
			"languageModel.maxOutputTokens=100",
		];
		const { estimate, job } = await own.run(set, { dryRun: true });
		expect(job).toBeNull();
		expect(server.requests).toHaveLength(0);
		const text = estimate?.textTokens ?? 0;
		expect(text).toBeGreaterThan(0);
		expect(estimate).toMatchObject({
			calls: 2,
			// Two clips of one second, where 30 are allowed.
			audioTokens: { expected: 20, most: 600 },
			noAudioTokens: null,
			outputTokens: 80,
			outputPerCall: { tokens: 40, from: "assumed" },
			usd: text + 20 * 5 + 80 * 2,
			usdAtMost: text + 600 * 5 + 200 * 2,
			reason: null,
			priceDay: "2026-11-01",
		});
		const unknown = await own.run(
			[price(own.folder, "{ input: 1, output: 1 }")],
			{ dryRun: true },
		);
		expect(unknown.estimate).toMatchObject({
			usd: null,
			reason: expect.stringContaining("no price for sound sent to hears"),
		});
		const nothing = await own.run([], { dryRun: true });
		expect(nothing.estimate).toMatchObject({
			audioTokens: null,
			usd: null,
			reason: expect.stringContaining("no price for hears"),
			noAudioTokens: expect.stringContaining("audioTokensPerSecond"),
		});
	});
});
