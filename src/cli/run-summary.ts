/** What a run amounts to, for people and for --json. */
import type { LastLayerAccuracy } from "../analysis/evaluate/last-layer.ts";
import type { NearestClassAccuracy } from "../analysis/evaluate/nearest-class.ts";
import { readSettings, writerOf } from "../analysis/report/settings.ts";
import { quizWarnings } from "../shared/quiz-warnings.ts";
import type { LayerStatuses, RunView, Store } from "../store/store.ts";
import type { CalibratedSummary, ModuleName } from "../types.ts";
import { type Accuracy, accuracyLines } from "./accuracy-lines.ts";
import { duration, plural, table } from "./format.ts";
import { triageLines } from "./triage-text.ts";

export type RunSummaryResult = Accuracy & {
	readonly run: RunView;
	readonly layers: readonly LayerStatuses[];
	/** Neurons that triage left out, and those it could not compare with chance; null: it was off. */
	readonly notDescribable: number | null;
	readonly unjudged: number | null;
	/** Outcomes of the calibrated summaries, by status. */
	readonly summaries: Readonly<Record<string, number>>;
	/** Distinct failures with how often each was met. */
	readonly failures: readonly {
		readonly code: string;
		readonly message: string;
		readonly neurons: number;
	}[];
	/** What the language models cannot do, by the quiz: see `llm check`. */
	readonly modelWarnings: readonly string[];
};

export function runSummary(store: Store, id: string): RunSummaryResult {
	const run = store.readRun(id);
	const evaluations = store.readEvaluations(run.id);
	// Written by evaluateRun of this version or an earlier one with the same names.
	const lastLayer = (evaluations["last-layer"] ?? {}) as
		| LastLayerAccuracy
		| { readonly reason?: string };
	const layers = store.countStatuses(run.id);
	const triage =
		readSettings(run.resolved).triage === null
			? null
			: store.countTriage(run.id);
	return {
		run,
		layers,
		lastLayer: "top1" in lastLayer ? lastLayer : null,
		noLastLayer: "top1" in lastLayer ? null : (lastLayer.reason ?? null),
		nearestClass: (evaluations["nearest-class"] ??
			null) as NearestClassAccuracy | null,
		notDescribable: triage?.notDescribable ?? null,
		unjudged: triage?.unjudged ?? null,
		summaries: countSummaries(store, run),
		failures: findFailures(store, run.id, layers),
		modelWarnings: quizWarnings(evaluations),
	};
}

/** Outcomes alone, a layer at a time: a view of each neuron of a large run would take a minute. */
function countSummaries(store: Store, run: RunView): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const { name } of run.layers)
		for (const outcome of store
			.readOutcomes(run.id, name, "summary-calibration")
			.values()) {
			if (outcome.status !== "described") continue;
			// Stored by this module.
			const { status } = outcome.output as CalibratedSummary;
			counts[status] = (counts[status] ?? 0) + 1;
		}
	return counts;
}

/** By the first module that failed for a neuron: what builds on it fails too. */
function findFailures(
	store: Store,
	run: string,
	layers: readonly LayerStatuses[],
): RunSummaryResult["failures"] {
	const failures = new Map<string, RunSummaryResult["failures"][number]>();
	for (const { layer, modules } of layers) {
		const seen = new Set<number>();
		for (const module of MODULES.filter((name) => modules[name].failed > 0))
			for (const [unit, outcome] of store.readOutcomes(run, layer, module)) {
				if (outcome.status !== "failed" || seen.has(unit)) continue;
				seen.add(unit);
				const { code, message } = outcome.error;
				const known = failures.get(code) ?? { code, message, neurons: 0 };
				failures.set(code, { ...known, neurons: known.neurons + 1 });
			}
	}
	return [...failures.values()].sort((a, b) => b.neurons - a.neurons);
}

const SUMMARY_WORDS: Readonly<Record<string, string>> = {
	calibrated: "have something of their own",
	low_empty: "described, low side shares nothing",
	nothing_distinguishes: "nothing distinguishes top from bottom clips",
	high_empty: "top clips share nothing",
};

/** `describer`: who wrote the summaries. */
export function runSummaryText(summary: RunSummaryResult): string {
	const { run, layers, summaries, failures } = summary;
	const neurons = layers.reduce((sum, layer) => sum + layer.neurons, 0);
	const { excluded, warnings, clips } = run.probeSet;
	const lines = [
		`run        ${run.id} (${run.status})${run.tags.length > 0 ? `, ${run.tags.join(", ")}` : ""}`,
		`network    ${run.network.name}: ${plural(run.layers.length, "layer")}, ${plural(neurons, "neuron")}`,
		`probe set  ${run.probeSet.name}: ${plural(clips, "clip")}, ${excluded.length} left out, ${plural(warnings.length, "warning")}`,
		...excluded
			.slice(0, 5)
			.map(({ message, code }) => `           - ${message} [${code}]`),
		...(excluded.length > 5
			? [`           - and ${excluded.length - 5} more: see the report`]
			: []),
		...warnings
			.slice(0, 5)
			.map(({ message, code }) => `           ! ${message} [${code}]`),
		`text by    ${describerOf(run)}`,
		...summary.modelWarnings.map((warning) => `           ! ${warning}`),
		...(summary.notDescribable === null || summary.unjudged === null
			? []
			: triageLines({
					neurons,
					notDescribable: summary.notDescribable,
					unjudged: summary.unjudged,
				})),
		...(run.source === null ? [] : [recalibratedLine(run)]),
		"",
		...accuracyLines(summary),
		"",
		statusTable(layers, readSettings(run.resolved).modules),
		...Object.entries(summaries)
			.sort(([a], [b]) => a.localeCompare(b))
			.map(
				([status, count]) =>
					`${String(count.toLocaleString("en-GB")).padStart(10)}  ${SUMMARY_WORDS[status] ?? status}`,
			),
		...failures.map(
			({ code, message, neurons: count }) =>
				`failed     ${plural(count, "neuron")}: ${message} [${code}]`,
		),
		...(failures.length > 0
			? [
					"           Run the same command again: failed neurons are tried anew.",
				]
			: []),
		"",
		`time       ${timesOf(run)}`,
	];
	return lines.join("\n");
}

function recalibratedLine({ source, resolved }: RunView): string {
	const { summaryCalibration } = resolved as {
		readonly summaryCalibration?: { readonly threshold?: number };
	};
	return `source     run ${source}: its summaries, calibrated at threshold ${summaryCalibration?.threshold}; no summary was written anew`;
}

function describerOf({ resolved }: RunView): string {
	const writer = writerOf(resolved);
	return writer === undefined || writer.provider === "none"
		? "the extractive describer (no language model)"
		: `${writer.provider}, ${writer.model ?? "unnamed model"}`;
}

const MODULES: readonly ModuleName[] = [
	"closed-set",
	"summarize",
	"summary-calibration",
	"open-set-extraction",
];

/** `asked`: the modules of the run; the others have no outcomes and wait for none. */
function statusTable(
	layers: readonly LayerStatuses[],
	asked: ReadonlySet<ModuleName>,
): string {
	const neurons = layers.reduce((total, layer) => total + layer.neurons, 0);
	const rows = MODULES.map((module) => {
		const sum = (status: "described" | "skipped" | "failed"): string =>
			layers
				.reduce((total, layer) => total + layer.modules[module][status], 0)
				.toLocaleString("en-GB");
		const settled = layers.reduce((total, layer) => {
			const { described, skipped, failed } = layer.modules[module];
			return total + described + skipped + failed;
		}, 0);
		return {
			cells: [module, sum("described"), sum("skipped"), sum("failed")],
			open: settled > 0 || asked.has(module) ? neurons - settled : 0,
		};
	});
	const open = rows.some((row) => row.open > 0);
	return table(
		["module", "described", "skipped", "failed", ...(open ? ["not yet"] : [])],
		rows.map((row) => [
			...row.cells,
			...(open ? [row.open.toLocaleString("en-GB")] : []),
		]),
	);
}

/** In the order of the stages, as the method runs them. */
const STAGES = ["record", "exemplars", "llm-check", ...MODULES];

function timesOf({ timings }: RunView): string {
	if (timings === null || typeof timings !== "object")
		return "not finished yet";
	return Object.entries(timings as Readonly<Record<string, number>>)
		.sort(([a], [b]) => STAGES.indexOf(a) - STAGES.indexOf(b))
		.map(([stage, seconds]) => `${stage} ${duration(seconds)}`)
		.join(" · ");
}
