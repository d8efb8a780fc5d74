/** The last-layer table in words, for a terminal. */
import type {
	LastLayerTable,
	LastLayerTableRow,
} from "../analysis/evaluate/last-layer-table.ts";
import type { Score } from "../analysis/evaluate/score.ts";
import { reasonOf } from "../analysis/report/evaluations.ts";
import type { RunView } from "../store/store.ts";
import { table } from "./format.ts";

/** A line per method and similarity function; below it what has no accuracy, what is of a selection of the units, and what the columns are. */
export function lastLayerText(run: RunView, made: LastLayerTable): string {
	const { layer, units, concepts, rows, absent, seed, conceptTemplate } = made;
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
				"units",
				"cosine",
				"shuffled",
				"units",
			],
			rows.map(cells),
		),
		"",
		...rows.flatMap(reasonLine),
		...rows.flatMap(lowCoverageLines),
		...absent.map(({ method, why }) => `no ${method.toUpperCase()}: ${why}`),
		...(conceptTemplate === null
			? []
			: [`concepts are embedded as ${JSON.stringify(conceptTemplate)}`]),
		`shuffled: mean of 1,000 permutations of the class names, seed ${seed}; intervals: Wilson`,
		"units: those behind the figures to their left, of the units with a class name; one without a concept is a miss, and has no cosine; ICL has none where there is no summary, as of units that triage left out",
	].join("\n");
}

function cells(row: LastLayerTableRow): string[] {
	const name = [row.method.toUpperCase(), row.function ?? "-"];
	const { top1, top5, cosine } = row;
	return [
		...name,
		...shareCells(top1),
		...shareCells(top5),
		unitsCell(top1),
		decimals(cosine?.value, 2),
		decimals(cosine?.null.value, 2),
		unitsCell(cosine),
	];
}

/** Units behind the figures left of it, of those with a class name. */
function unitsCell(score: Score | null): string {
	return score === null
		? "-"
		: `${score.nValid} of ${score.nValid + score.nFailed}`;
}

/** Below this share of units a score is marked. */
const LOW_COVERAGE = 0.9;

function lowCoverageLines(row: LastLayerTableRow): string[] {
	const { top1, top5, cosine } = row;
	const low = Object.entries({ "top-1": top1, "top-5": top5, cosine }).filter(
		([, score]) => (score?.coverage ?? 1) < LOW_COVERAGE,
	);
	return low.length === 0
		? []
		: [
				`${nameOf(row)}: low_coverage (${low.map(([name]) => name).join(", ")}), the figures are of a selection of the units`,
			];
}

function nameOf({ method, function: similarity }: LastLayerTableRow): string {
	return similarity === null
		? method.toUpperCase()
		: `${method.toUpperCase()} ${similarity}`;
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
		: [`${nameOf(row)}: no accuracy (${reasonOf(reason)})`];
}
