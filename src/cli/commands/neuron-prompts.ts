/** `audio-dissect prompts show layer#unit`: what is asked about a neuron, word for word. */
import {
	type JudgedWord,
	judgedWords,
	type SummaryRequest,
	summaryRequests,
	throwIfSkipped,
	watchCalls,
} from "../../dissect/neuron-requests.ts";
import { ConfigError } from "../../errors.ts";
import { loadPrompts } from "../../prompts/load.ts";
import { openStore } from "../../store/open.ts";
import type { NeuronView, RunView, Store } from "../../store/store.ts";
import { openLanguageModels } from "../../study/language-models.ts";
import { messageLines } from "../call-text.ts";
import { exitCodes } from "../exit.ts";
import { printable } from "../format.ts";
import type { Session } from "../session.ts";
import { parseNeurons, studyConfig } from "../study-options.ts";

/** The messages of `dissect` for a neuron of a run, under the config's models and prompts. */
export async function showNeuronPrompts(
	session: Session,
	options: {
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
		defer: () => {},
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
					hint: "Name one with languageModel in the config, or with --set.",
				},
			);
		const summaries = await summaryRequests({
			neuron,
			prompts,
			model: summarizer.model,
			lookups: watched.lookups,
		});
		const words =
			judge === null
				? null
				: await judgedWords({ neuron, prompts, writer: judge, store });
		session.result(
			{ run: run.id, neuron: options.neuron, summaries, words },
			() => neuronPromptsText(run.id, options.neuron, summaries, words),
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

function neuronPromptsText(
	run: string,
	neuron: string,
	summaries: readonly SummaryRequest[],
	words: readonly JudgedWord[] | null,
): string {
	const stateOf = ({ lookups }: SummaryRequest): string =>
		lookups
			.map(({ key, call }, index) =>
				[
					index === 0 ? "" : "asked again after an invalid reply: ",
					call === null ? "not in the store" : `call ${call} of the store`,
					`, key ${key}`,
				].join(""),
			)
			.join("; ");
	return [
		`neuron ${neuron} of run ${run}`,
		...summaries.flatMap((summary) => [
			"",
			`summary of the ${summary.side} side: ${stateOf(summary)}`,
			...summary.messages.flatMap(({ role, content }) =>
				messageLines(role, content),
			),
		]),
		"",
		words === null
			? "acoustic filter: its words are known when the summary is calibrated"
			: `acoustic filter: ${words.length === 0 ? "no adjectives to ask about" : words.map(wordText).join(", ")}`,
	]
		.map(printable)
		.join("\n");
}

function wordText({ word, acoustic, call }: JudgedWord): string {
	if (acoustic === null) return `${word} (not asked yet)`;
	return `${word} (${acoustic ? "yes" : "no"}${call === null ? "" : `, call ${call}`})`;
}
