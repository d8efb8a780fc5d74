/** Hand-made runs and neurons for the report's tests; no store needed. */
import type {
	ClipView,
	ExemplarView,
	NeuronView,
	RecordingClipView,
	ReportSource,
	RunView,
} from "../../../src/analysis/report/source.ts";
import type { LayerStatuses } from "../../../src/store/views.ts";

export function clipView(options: Partial<ClipView> = {}): ClipView {
	return {
		id: "clips/rain-01.flac",
		path: "/probe-set/clips/rain-01.flac",
		label: "rain",
		captions: ["Steady rain falls on a roof."],
		attributes: {},
		hash: "ab".repeat(32),
		...options,
	};
}

export function exemplarViews(
	activations: readonly number[],
	clips: readonly ClipView[] = [clipView()],
): readonly ExemplarView[] {
	return activations.map((activation, index) => ({
		rank: index + 1,
		activation,
		clip: clips[index % clips.length] ?? clipView(),
	}));
}

/** A described neuron; every member can be replaced. */
export function neuronView(options: Partial<NeuronView> = {}): NeuronView {
	return {
		layer: "layer.0.output.dense",
		unit: 17,
		status: { status: "ok", marks: [] },
		high: exemplarViews([2.5, 2.25, 1.75, 1.5, 1.25]),
		low: exemplarViews(
			[-1.5, -1.25, -1, -0.75, -0.5],
			[clipView({ id: "clips/flute-03.flac", label: "flute" })],
		),
		closedSet: {
			status: "described",
			output: {
				method: "db",
				function: "cos-cubed",
				ranked: [
					{ concept: "rain", score: 0.6125 },
					{ concept: "sea_waves", score: 0.4 },
					{ concept: "white_noise", score: 0.25 },
					{ concept: "wind", score: 0.2 },
					{ concept: "applause", score: 0.125 },
				],
				margin: 0.2125,
				null: { permutations: 200, seed: 0, p95: 0.3125 },
				aboveNull: true,
			},
		},
		summaries: {
			status: "described",
			output: {
				high: {
					side: "high",
					sentences: [
						{ text: "Rain falls steadily.", support: [1, 2, 3, 5] },
						{ text: "The sound is quiet.", support: [2, 3, 4] },
					],
					dropped: [{ text: "Sure, here it is.", reason: "junk" }],
				},
				low: {
					side: "low",
					sentences: [{ text: "A quiet flute plays.", support: [1, 2, 4] }],
					dropped: [],
				},
			},
		},
		calibrated: {
			status: "described",
			output: {
				status: "calibrated",
				threshold: 0.5,
				sentences: [
					{
						text: "Rain falls steadily.",
						kept: true,
						support: [1, 2, 3, 5],
						cosine: 0.1875,
						nearestLow: "A quiet flute plays.",
					},
					{
						text: "The sound is quiet.",
						kept: false,
						support: [2, 3, 4],
						cosine: 0.625,
						nearestLow: "A quiet flute plays.",
					},
				],
				low: [{ text: "A quiet flute plays.", support: [1, 2, 4] }],
			},
		},
		openSet: {
			status: "described",
			output: {
				adjectives: [
					{ lemma: "steady", support: 4, acoustic: "yes" },
					{ lemma: "wet", support: 1, acoustic: "unjudged" },
					{ lemma: "wooden", support: 2, acoustic: "no" },
				],
				nouns: [{ lemma: "rain", support: 5 }],
				verbs: [{ lemma: "fall", support: 4 }],
				prepositions: [{ lemma: "on", support: 3 }],
				negated: ["speech"],
				captionLength: 3,
				description: "Rain falls steadily.",
			},
		},
		provenance: [
			{
				module: "closed-set",
				promptHash: null,
				model: null,
				callIds: [],
				attempt: 1,
			},
			{
				module: "summarize",
				promptHash: "cd".repeat(32),
				model: "some-model",
				callIds: [3, 4],
				attempt: 2,
			},
		],
		...options,
	};
}

export function runView(options: Partial<RunView> = {}): RunView {
	return {
		id: "0123456789ab",
		key: "0123456789ab".padEnd(64, "0"),
		status: "complete",
		startedAt: "2024-01-01T00:00:00.000Z",
		finishedAt: "2024-01-01T00:01:00.000Z",
		tags: [],
		resolved: {
			languageModel: { provider: "none" },
			exemplars: { count: 5 },
			embeddings: { provider: "local" },
			modules: [
				"closed-set",
				"summarize",
				"summary-calibration",
				"open-set-extraction",
			],
		},
		asPassed: { network: "demo" },
		toolVersion: "0.1.0",
		seeds: { closedSet: 0 },
		network: { hash: "11".repeat(32), name: "tiny-ast", descriptor: {} },
		probeSet: {
			hash: "22".repeat(32),
			name: "probe-set",
			clips: 480,
			excluded: [],
			warnings: [],
		},
		recording: { id: "33".repeat(8), path: "/store/recordings/33" },
		conceptSet: { name: "demo", hash: "44".repeat(32) },
		layers: [{ name: "layer.0.output.dense", units: 128, pooling: "mean" }],
		neurons: null,
		counts: null,
		timings: { record: 12.345, "closed-set": 0.85 },
		source: null,
		...options,
	};
}

/** A store with one run in memory. */
export function sourceOf(options: {
	readonly run?: RunView;
	readonly neurons: readonly NeuronView[];
	readonly evaluations?: ReturnType<ReportSource["readEvaluations"]>;
	/** Columns of the recording. */
	readonly clips?: readonly RecordingClipView[];
}): ReportSource {
	const { run = runView(), neurons, evaluations = {}, clips = [] } = options;
	const of = (layer: string): NeuronView[] =>
		neurons.filter((view) => view.layer === layer);
	const none = { described: 0, skipped: 0, failed: 0 };
	return {
		readRun: () => run,
		countStatuses: (): LayerStatuses[] =>
			run.layers.map(({ name }) => ({
				layer: name,
				neurons: of(name).length,
				modules: {
					"closed-set": none,
					summarize: none,
					"summary-calibration": none,
					"open-set-extraction": none,
				},
			})),
		readLayerNeurons: (_run, layer, { from, count }) =>
			of(layer).slice(from, from + count),
		readEvaluations: () => evaluations,
		outcomeRevision: () => 1,
		readRecordingClips: (_run, { from, count }) =>
			clips.slice(from, from + count),
	};
}
