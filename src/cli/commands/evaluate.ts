/** `audio-dissect evaluate --last-layer`: how well every method and similarity function names the output neurons of a run. */
import { z } from "zod";
import {
	type LastLayerTable,
	type LastLayerTableRow,
	lastLayerTable,
} from "../../analysis/evaluate/last-layer-table.ts";
import type { Score } from "../../analysis/evaluate/score.ts";
import type { Config } from "../../config/config.ts";
import { loadConfig } from "../../config/load.ts";
import { lastLayerRankings } from "../../dissect/last-layer-rankings.ts";
import { ConfigError } from "../../errors.ts";
import { loadConceptSet } from "../../inputs/concept-set.ts";
import { loadPrompts, promptNamed } from "../../prompts/load.ts";
import { openStore } from "../../store/open.ts";
import type { RunView, Store } from "../../store/store.ts";
import { chargedModels } from "../../study/charged-models.ts";
import { openEncoders } from "../../study/encoders.ts";
import { exitCodes } from "../exit.ts";
import { table } from "../format.ts";
import type { Session } from "../session.ts";

type EvaluateOptions = {
	readonly run?: string | undefined;
	readonly lastLayer: boolean;
	readonly config: string;
	readonly set: readonly string[];
};

export async function evaluateCommand(
	session: Session,
	options: EvaluateOptions,
): Promise<number> {
	if (!options.lastLayer)
		throw new ConfigError("evaluate needs to know what to evaluate", {
			code: "evaluation_unknown",
			hint: "audio-dissect evaluate --last-layer",
		});
	const config = await loadConfig({ path: options.config, set: options.set });
	const store = openStore({ directory: config.store, now: session.now });
	try {
		const run = store.readRun(options.run ?? "latest");
		const made = await evaluateLastLayer(session, config, store, run);
		session.result({ run: run.id, ...made }, () => tableText(run, made));
		return exitCodes.done;
	} finally {
		store.close();
	}
}

async function evaluateLastLayer(
	session: Session,
	config: Config,
	store: Store,
	run: RunView,
): Promise<LastLayerTable> {
	const { layer, classNames } = outputOf(run);
	const conceptSet = await loadConceptSet(config.conceptSet);
	if (conceptSet.hash !== run.conceptSet.hash)
		throw new ConfigError(
			`run ${run.id} was made with another concept set than ${config.conceptSet}`,
			{
				code: "concept_set_differs",
				hint: "Name the run's concept set (conceptSet in the config), or dissect again.",
			},
		);
	const { signal } = session;
	const { onProgress } = session.progress;
	const { conceptScores } = config.closedSet;
	const { concepts } = conceptSet;
	const { models, ledger } = await chargedModels({ config, store, signal });
	ledger.begin(run.id);
	const encoders = await openEncoders(config, store);
	try {
		const writer = await models.open("identify-concept");
		const common = {
			...encoders,
			store,
			layer,
			concepts,
			conceptScores,
			seed: config.seed,
			signal,
			onProgress,
		};
		const rankings = await lastLayerRankings({
			...common,
			run,
			units: classNames.length,
			writer:
				writer === null
					? null
					: { ...writer, prompt: await identifyPrompt(config) },
		});
		return await lastLayerTable({
			...common,
			run: run.id,
			classNames,
			rankings,
		});
	} finally {
		ledger.flush();
		await models.close();
		await encoders.close();
	}
}

async function identifyPrompt({ prompts: directory }: Config) {
	const prompts = await loadPrompts(directory === null ? {} : { directory });
	return promptNamed(prompts, "identify-concept");
}

const descriptorSchema = z.object({
	output: z.string().nullable(),
	classes: z.array(z.string()).nullable(),
});

/** The output layer and the class names of its units. */
function outputOf(run: RunView): {
	readonly layer: string;
	readonly classNames: readonly (string | null)[];
} {
	const { output, classes } = descriptorSchema.parse(run.network.descriptor);
	const layer = run.layers.find(({ name }) => name === output);
	if (layer === undefined || classes === null)
		throw new ConfigError(
			`run ${run.id} has no output layer with class names: ${classes === null ? "the network's descriptor names no classes" : `layer "${output}" was not dissected`}`,
			{
				code: "no_labels",
				hint: "Last-layer accuracy needs `output` and `classes` in the descriptor, and the output layer among the dissected ones.",
			},
		);
	return {
		layer: layer.name,
		classNames: Array.from(
			{ length: layer.units },
			(_, unit) => classes[unit] ?? null,
		),
	};
}

function tableText(run: RunView, made: LastLayerTable): string {
	const { layer, units, concepts, rows, absent, seed } = made;
	return [
		`last-layer accuracy of run ${run.id}: ${run.network.name}, layer ${layer}, ${units} units, ${concepts} concepts`,
		"",
		table(
			[
				"method",
				"function",
				"top-1 %",
				"95 % interval",
				"shuffled",
				"top-5 %",
				"95 % interval",
				"shuffled",
				"cosine",
				"shuffled",
				"units",
				"failed",
			],
			rows.map(cells),
		),
		"",
		...rows.flatMap(reasonLine),
		...absent.map(({ method, why }) => `no ${method.toUpperCase()}: ${why}`),
		`shuffled: mean of 1,000 permutations of the class names, seed ${seed}; intervals: Wilson`,
	].join("\n");
}

function cells(row: LastLayerTableRow): string[] {
	const name = [row.method.toUpperCase(), row.function ?? "-"];
	const { top1, top5, cosine } = row;
	return [
		...name,
		...shareCells(top1),
		...shareCells(top5),
		decimals(cosine?.value, 2),
		decimals(cosine?.null.value, 2),
		String(top1?.nValid ?? "-"),
		String(top1?.nFailed ?? "-"),
	];
}

function shareCells(score: Score | null): string[] {
	const ci95 = score?.ci95 ?? null;
	return [
		percentage(score?.value),
		ci95 === null ? "-" : `${percentage(ci95[0])} to ${percentage(ci95[1])}`,
		percentage(score?.null.value),
	];
}

function percentage(share: number | null | undefined): string {
	return share === null || share === undefined ? "-" : decimals(100 * share, 1);
}

function decimals(value: number | null | undefined, digits: number): string {
	return value === null || value === undefined ? "-" : value.toFixed(digits);
}

function reasonLine(row: LastLayerTableRow): string[] {
	const reason = row.reason ?? row.top1?.reason;
	return reason === undefined || reason === null
		? []
		: [
				`${row.method.toUpperCase()} ${row.function ?? ""}: no accuracy (${reason})`,
			];
}
