import { describe, expect, it } from "vitest";
import { openTriage } from "../../src/dissect/triage-neurons.ts";
import type { TextAudioModel } from "../../src/embeddings/port.ts";

/** Captions of clips 0 to 4 are alike and their sounds are not; of clips 5 to 9 it is the other way round. */
const CLIPS = Array.from({ length: 40 }, (_, clip) => ({
	id: `${clip}`,
	path: `/${clip}.wav`,
	hash: `${clip}`,
	captions: [`caption ${clip}`],
}));
const alike = Float32Array.of(1, 0);
const spread = (clip: number) =>
	Float32Array.of(Math.cos(clip), Math.sin(clip));
const asked = { texts: [] as string[], sounds: [] as string[] };
const model: TextAudioModel = {
	id: "text",
	audioId: "audio",
	embed: async (texts) => {
		asked.texts.push(...texts);
		return texts.map((text) => {
			const clip = Number(text.split(" ")[1]);
			return clip < 5 ? alike : spread(clip);
		});
	},
	embedAudio: async (clips) => {
		asked.sounds.push(...clips.map(({ id }) => id));
		return clips.map(({ id }) =>
			id === "9"
				? { code: "too_short", message: "no frame" }
				: { vector: Number(id) >= 5 && Number(id) < 9 ? alike : spread(+id) },
		);
	},
	close: async () => {},
};

const open = (clarity: "captions" | "audio", textAudio = model) =>
	openTriage({
		method: {
			triage: { clarity, minimumFiringRate: 0, minimumClarity: 0.5 },
			seed: 0,
		},
		recording: { clips: CLIPS },
		embeddings: model,
		textAudio,
	});
const neuron = (clips: readonly number[]) => ({
	neuron: { layer: "a", unit: 0 },
	status: { status: "ok", marks: [] } as const,
	high: clips.map((clip, index) => ({ rank: index + 1, clip, activation: 1 })),
	low: [],
	firingRate: 0.5,
});

describe("openTriage", () => {
	it("is null when triage is off, and embeds nothing", async () => {
		const options = { recording: { clips: CLIPS }, embeddings: model };
		const method = { triage: null, seed: 0 };
		expect(
			await openTriage({ ...options, method, textAudio: null }),
		).toBeNull();
		expect(asked).toEqual({ texts: [], sounds: [] });
	});

	it("goes by the captions, or by the sounds", async () => {
		const captions = await open("captions");
		const audio = await open("audio");
		expect(asked.texts).toEqual(CLIPS.map(({ captions: [text] }) => text));
		expect(asked.sounds).toEqual(CLIPS.map(({ id }) => id));
		const sameCaptions = neuron([0, 1, 2, 3]);
		const sameSounds = neuron([5, 6, 7, 8]);
		expect(captions?.(sameCaptions, false).status).toMatchObject({
			marks: [],
			triage: { by: "captions", percentile: 1, below: null },
		});
		expect(audio?.(sameSounds, false).status).toMatchObject({
			marks: [],
			triage: { by: "audio", percentile: 1, below: null },
		});
		expect(audio?.(neuron([0, 3, 10, 13]), false).status).toMatchObject({
			marks: ["not_describable"],
			triage: { by: "audio", below: "clarity" },
		});
	});

	it("a sound without a vector leaves the clarity open, which is no bar", async () => {
		const audio = await open("audio");
		expect(audio?.(neuron([5, 6, 7, 9]), false).status).toMatchObject({
			marks: [],
			triage: { clarity: null, percentile: null, below: null },
		});
	});

	it("needs a text-audio encoder for sounds, and firing rates", async () => {
		await expect(
			openTriage({
				method: {
					triage: { clarity: "audio", minimumFiringRate: 0, minimumClarity: 0 },
					seed: 0,
				},
				recording: { clips: CLIPS },
				embeddings: model,
				textAudio: null,
			}),
		).rejects.toMatchObject({
			name: "ConfigError",
			code: "text_audio_needed",
			hint: expect.stringContaining("triage.clarity"),
		});
		const { firingRate: _, ...without } = neuron([0, 1]);
		const captions = await open("captions");
		expect(() => captions?.(without, false)).toThrow(RangeError);
	});
});
