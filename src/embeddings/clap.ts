/** A CLAP-style text-audio encoder: two ONNX files, one for texts and one for sounds, into one space. */
import { TargetNetworkError, throwIfInterrupted } from "../errors.ts";
import { openSession } from "../onnx/session.ts";
import type { OnnxSession, Tensor } from "../onnx/tensor.ts";
import { forEachLimited } from "../shared/pool.ts";
import type { ClapFiles } from "./clap-files.ts";
import { embedTexts } from "./embed-texts.ts";
import { openEncoderPool } from "./encoder-pool.ts";
import type { AudioClip, AudioEmbedding, TextAudioModel } from "./port.ts";
import { meanDirection, unitVector } from "./texts.ts";

/** Clips to the inputs of the audio tower; whoever opens the encoder knows the front ends. */
type ClipFeatures = {
	/** Axes of one row, without the batch. */
	readonly dims: readonly number[];
	/** Clips that may be asked for at a time, 1 and up. */
	readonly concurrency: number;
	/**
	 * `rows` inputs one after the other (several when the clip is longer than one), or why the bytes cannot be used.
	 * Rejects when the file cannot be read or is not the one that was hashed.
	 */
	rowsOf(
		clip: AudioClip,
	): Promise<
		| { readonly features: Float32Array; readonly rows: number }
		| { readonly code: string; readonly message: string }
	>;
	close(): Promise<void>;
};

export type ClapOptions = {
	readonly files: ClapFiles<unknown>;
	/** Closed with the model. */
	readonly features: ClipFeatures;
	/** Threads of the towers, 1 and up. Those of the audio tower may change the last bits of a vector. */
	readonly threads: number;
};

/**
 * The encoder pair of Wu et al. 2023 (LAION CLAP) and its like: texts and clips to float32 vectors `[dimension]`. Vectors are scaled to unit length here,
 * whatever the towers return; a text whose vector is zero or not finite keeps it, a clip then has no vector (`embedding_undefined`). Every text and every row of a clip is one run, so that its bytes
 * depend on nothing else; a clip of several rows is the mean of their unit vectors, scaled to unit length again. Sessions open with the
 * first text or clip. `embed` throws DataError `blank_text`, PrerequisiteError `encoder_unreadable`; `embedAudio` what `features` throws
 * and TargetNetworkError (`network_load_failed`, `input_shape_mismatch`, `embedding_missing` ...); both InterruptedError.
 */
export function openClap(options: ClapOptions): TextAudioModel {
	const { features, threads } = options;
	const { text, audio } = options.files;
	const pool = openEncoderPool({
		task: text,
		size: threads,
		name: "the text tower",
		hint: "Check the files of the text-audio encoder (docs/closed-set.md says how they are exported).",
	});
	let session: Promise<OnnxSession> | undefined;
	const audioSession = (): Promise<OnnxSession> => {
		session ??= openSession({ model: audio.model, threads });
		return session;
	};
	return {
		id: text.id,
		audioId: audio.id,
		embed: async (texts, longOptions = {}) =>
			(await embedTexts(texts, { ...longOptions, pool, threads })).map(
				(vector) => unitVector(vector) ?? vector,
			),
		embedAudio: async (clips, { signal, onProgress } = {}) => {
			throwIfInterrupted(signal);
			if (clips.length === 0) return [];
			const tower = await audioSession();
			const found: AudioEmbedding[] = new Array(clips.length);
			let done = 0;
			await forEachLimited(
				clips.entries(),
				features.concurrency,
				async ([index, clip]) => {
					throwIfInterrupted(signal);
					const rows = await features.rowsOf(clip);
					throwIfInterrupted(signal);
					found[index] =
						"code" in rows
							? rows
							: await embedRows({
									...rows,
									dims: features.dims,
									tower,
									file: audio.model,
								});
					done += 1;
					onProgress?.({
						stage: "audio embeddings",
						done,
						total: clips.length,
					});
				},
			);
			return found;
		},
		close: async () => {
			await Promise.all([
				pool.close(),
				features.close(),
				session?.then(
					(opened) => opened.close(),
					() => undefined,
				),
			]);
		},
	};
}

async function embedRows(options: {
	readonly features: Float32Array;
	readonly rows: number;
	readonly dims: readonly number[];
	readonly tower: OnnxSession;
	readonly file: string;
}): Promise<AudioEmbedding> {
	const { features, rows, dims, tower, file } = options;
	const size = features.length / rows;
	const input = onlyInput(tower, file);
	const output = outputOf(tower, file);
	const vectors: Float32Array[] = [];
	for (let row = 0; row < rows; row += 1) {
		const feed: Tensor = {
			type: "float32",
			dims: [1, ...dims],
			data: features.subarray(row * size, (row + 1) * size),
		};
		const { [output]: result } = await tower.run({ [input]: feed }, [output]);
		if (!(result?.data instanceof Float32Array))
			throw unusable(
				file,
				`expected output "${output}" to be float32, got ${result?.type ?? "none"}`,
			);
		vectors.push(result.data);
	}
	const vector = meanDirection(vectors);
	return vector === null
		? {
				code: "embedding_undefined",
				message:
					"the audio tower's vector has no direction: it is zero or not finite",
			}
		: { vector };
}

function onlyInput({ inputs }: OnnxSession, file: string): string {
	const [first, ...others] = inputs;
	if (first === undefined || others.length > 0)
		throw unusable(
			file,
			`expected one input, got ${inputs.length} (${inputs.map(({ name }) => name).join(", ")})`,
		);
	return first.name;
}

function outputOf({ outputs }: OnnxSession, file: string): string {
	const names = outputs.map(({ name }) => name);
	const [first] = names;
	if (first !== undefined && names.length === 1) return first;
	if (names.includes("embedding")) return "embedding";
	throw unusable(
		file,
		`expected one output, or one that is named "embedding", got ${names.join(", ")}`,
	);
}

function unusable(file: string, problem: string): TargetNetworkError {
	return new TargetNetworkError(
		`the audio tower ${file} cannot be used: ${problem}`,
		{
			code: "embedding_missing",
			hint: "docs/closed-set.md says how the towers are exported.",
		},
	);
}
