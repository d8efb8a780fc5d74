/** `audio-dissect prompts show layer#unit`: what is asked about a neuron, word for word. */
import type { Config } from "../../config/config.ts";
import {
	calibrationRequest,
	conceptRequest,
	type LaterRequest,
} from "../../dissect/neuron-later-requests.ts";
import {
	type JudgedWord,
	judgedWords,
	type NeuronRequest,
	summaryRequests,
	throwIfSkipped,
	type WatchedCalls,
	watchCalls,
} from "../../dissect/neuron-requests.ts";
import { rememberedEmbeddings } from "../../embeddings/stand-in.ts";
import { ConfigError } from "../../errors.ts";
import { loadConceptSet } from "../../inputs/concept-set.ts";
import { createShortlister } from "../../modules/closed-set/shortlist.ts";
import { loadPrompts, type Prompts } from "../../prompts/load.ts";
import { openStore } from "../../store/open.ts";
import type { NeuronView, RunView, Store } from "../../store/store.ts";
import { openEncoders, remoteOf } from "../../study/encoders.ts";
import {
	type LanguageModels,
	openLanguageModels,
} from "../../study/language-models.ts";
import { messageLines } from "../call-text.ts";
import { exitCodes } from "../exit.ts";
import { printable } from "../format.ts";
import type { Session } from "../session.ts";
import {
	type ModelOptions,
	parseNeurons,
	studyConfig,
} from "../study-options.ts";

/** The messages of `dissect` for a neuron of a run, under the config's models and prompts. */
export async function showNeuronPrompts(
	session: Session,
	options: ModelOptions & {
		readonly prompts?: string;
		readonly config: string;
		readonly set: readonly string[];
		readonly run: string;
		readonly neuron: string;
	},
): Promise<number> {
	const config = await studyConfig(options);
	const prompts = await loadPrompts(
		config.prompts === null ? {} : { directory: config.prompts },
	);
	const store = openStore({ directory: config.store, readOnly: true });
	const watched = watchCalls(store);
	const models = openLanguageModels({
		languageModel: config.languageModel,
		store: watched.store,
		defer: watched.defer,
	});
	try {
		const run = store.readRun(options.run);
		const neuron = neuronOf(store, run, options.neuron);
		throwIfSkipped(neuron);
		const summarizer = await models.open("summarize");
		const judge = await models.open("acoustic-filter");
		if (summarizer === null)
			throw new ConfigError(
				"no language model writes the summaries: nothing is asked",
				{
					code: "language_model_needed",
					hint: "Name one with languageModel in the config, or with --provider and --model.",
				},
			);
		const summaries = await summaryRequests({
			neuron,
			prompts,
			model: summarizer.model,
			watched,
		});
		const asked = { neuron, prompts, watched };
		const concepts = await conceptsAsked(config, models, asked);
		const calibration = await calibrationAsked(config, models, asked);
		const words =
			judge === null
				? null
				: await judgedWords({ neuron, prompts, writer: judge, store });
		const leftOut =
			neuron.status.status === "ok" &&
			neuron.status.marks.includes("not_describable");
		session.result(
			{
				run: run.id,
				neuron: options.neuron,
				leftOut,
				summaries,
				...(concepts === undefined ? {} : { concepts }),
				...(calibration === undefined ? {} : { calibration }),
				words,
			},
			() =>
				[
					`neuron ${options.neuron} of run ${run.id}`,
					...(leftOut
						? [
								`triage left it out, so nothing was asked about it; dissect --neurons ${options.neuron} asks:`,
							]
						: []),
					...summaries.flatMap((summary) => [
						"",
						...requestLines(`summary of the ${summary.side} side`, summary),
					]),
					...laterLines("closed set", concepts),
					...laterLines("calibration", calibration),
					"",
					wordsLine(words),
				]
					.map(printable)
					.join("\n"),
		);
		return exitCodes.done;
	} finally {
		await models.close();
		store.close();
	}
}

function neuronOf(store: Store, run: RunView, name: string): NeuronView {
	const units = new Map(run.layers.map((layer) => [layer.name, layer.units]));
	const named = [...parseNeurons(name, units)].flatMap(([layer, chosen]) =>
		[...chosen].map((unit) => ({ layer, unit })),
	);
	const [one, ...others] = named;
	if (one === undefined || others.length > 0)
		throw new ConfigError(
			`expected one neuron, got ${named.length} ("${name}")`,
			{ code: "neurons_invalid", hint: "For example: classifier#12" },
		);
	return store.readNeuron(run.id, one.layer, one.unit);
}

type Asked = {
	readonly neuron: NeuronView;
	readonly prompts: Prompts;
	readonly watched: WatchedCalls;
};

/** Undefined: no model is asked for concepts. */
async function conceptsAsked(
	config: Config,
	models: LanguageModels,
	asked: Asked,
): Promise<LaterRequest | undefined> {
	if (config.closedSet.method !== "icl") return undefined;
	const writer = await models.open("identify-concept");
	if (writer === null) return undefined;
	const { concepts } = await loadConceptSet(config.conceptSet);
	// The store is read only: vectors that are not in it are not kept.
	const store = { ...asked.watched.store, putEmbeddings: () => {} };
	const encoders = await openEncoders(config, store, { dryRun: true });
	// A server is asked for nothing, and with made-up vectors the shortlist would be another one.
	const embeddings =
		remoteOf(config) === null
			? encoders.embeddings
			: rememberedEmbeddings(encoders.embeddings.id, store);
	try {
		return await conceptRequest({
			...asked,
			model: writer.model,
			concepts,
			shortlister: async (sentences) => {
				const shortlist = await createShortlister({
					concepts,
					conceptTemplate: config.closedSet.conceptTemplate,
					embeddings,
				});
				return shortlist(sentences);
			},
		});
	} finally {
		await encoders.close();
	}
}

/** Undefined: no model is asked to calibrate. */
async function calibrationAsked(
	config: Config,
	models: LanguageModels,
	asked: Asked,
): Promise<LaterRequest | undefined> {
	if (config.summaryCalibration.method !== "model") return undefined;
	const writer = await models.open("calibrate");
	return writer === null
		? undefined
		: calibrationRequest({ ...asked, model: writer.model });
}

function requestLines(
	what: string,
	{ messages, lookups }: NeuronRequest,
): string[] {
	const states = lookups.map(({ key, call }, index) =>
		[
			index === 0 ? "" : "asked once more: ",
			call === null ? "not in the store" : `call ${call} of the store`,
			`, key ${key}`,
		].join(""),
	);
	return [
		`${what}: ${states.join("; ")}`,
		...messages.flatMap(({ role, content }) => messageLines(role, content)),
	];
}

function laterLines(what: string, request: LaterRequest | undefined): string[] {
	if (request === undefined) return [];
	if (request === null)
		return ["", `${what}: its question is known when the neuron is summarized`];
	if (request === "shortlist_unknown")
		return [
			"",
			`${what}: the model is shown the concepts nearest to the summary; which those are is known when dissect has had them embedded by the server`,
		];
	return [
		"",
		...(request === "nothing"
			? [`${what}: nothing is asked, because a summary is empty`]
			: requestLines(what, request)),
	];
}

function wordsLine(words: readonly JudgedWord[] | null): string {
	if (words === null)
		return "acoustic filter: its words are known when the summary is calibrated";
	return `acoustic filter: ${words.length === 0 ? "no adjectives to ask about" : words.map(wordText).join(", ")}`;
}

function wordText({ word, acoustic, call }: JudgedWord): string {
	if (acoustic === null) return `${word} (not asked yet)`;
	return `${word} (${acoustic ? "yes" : "no"}${call === null ? "" : `, call ${call}`})`;
}
