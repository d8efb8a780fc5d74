/** The last layer's accuracy in the summary of a run. */
import type { LastLayerAccuracy } from "../analysis/evaluate/last-layer.ts";
import type { NearestClassAccuracy } from "../analysis/evaluate/nearest-class.ts";
import { reasonOf } from "../analysis/report/evaluations.ts";
import type { RunView } from "../store/store.ts";
import { percent, plural } from "./format.ts";

export type Accuracy = {
	readonly lastLayer: LastLayerAccuracy | null;
	/** Why `lastLayer` is null; null when it is not, or when nothing was evaluated. */
	readonly noLastLayer: string | null;
	readonly nearestClass: NearestClassAccuracy | null;
};

/** How well the last layer was named: a line each for top-1, top-5, and the class nearest to the summary; or why there is none. */
export function accuracyLines({
	run,
	lastLayer,
	noLastLayer,
	nearestClass,
}: Accuracy & { readonly run: RunView }): string[] {
	const lines = lastLayer === null ? [] : lastLayerLines(lastLayer);
	if (nearestClass !== null) {
		const { summary, captions } = nearestClass;
		lines.push(
			`nearest class to the calibrated summary is the unit's own for ${summary.correct} of ${summary.of}${withoutText(summary.without, "a summary")}${failedText(summary.failed)}${summary.ci95 === null ? "" : `, 95 % interval ${percent(summary.ci95[0])} to ${percent(summary.ci95[1])}`} (mean of its ${exemplarsOf(run)}captions: ${captions.correct} of ${captions.of}; labels shuffled: ${percent(summary.null.value)})`,
		);
	}
	if (lines.length === 0)
		return [
			noLastLayer === null
				? "last layer not scored yet"
				: "last layer no accuracy (no_labels: no output layer with class names was described)",
		];
	return lines.map(
		(line, index) => `${index === 0 ? "last layer" : "          "} ${line}`,
	);
}

/** Below this share of answered units a score is marked. */
const LOW_COVERAGE = 0.9;

function lastLayerLines({
	top1,
	top5,
	cosine,
	outsideConceptSet,
	insideConceptSet,
}: LastLayerAccuracy): string[] {
	// Of these there is no cosine. Earlier versions do not say.
	const without = withoutText(cosine?.nWithout ?? 0, "a concept");
	const scoreLine = (name: string, score: typeof top1): string =>
		`${name}  ${percent(score.value, reasonOf(score.reason))}${score.ci95 === null ? "" : `, 95 % interval ${percent(score.ci95[0])} to ${percent(score.ci95[1])}`}; labels shuffled: ${percent(score.null?.value ?? null)}; ${plural(score.nValid, "unit")}${without}${failedText(score.nFailed)}${score.coverage !== null && score.coverage < LOW_COVERAGE ? ", low_coverage" : ""}`;
	const lines = [scoreLine("top-1", top1), scoreLine("top-5", top5)];
	if (outsideConceptSet.length > 0) {
		const { units, top1: first, top5: five } = insideConceptSet;
		lines.push(
			`${outsideConceptSet.length} of ${top1.nValid + top1.nFailed} class names are not in the concept set, their units cannot be right${units === 0 ? "" : `; of the other ${units}: ${first} right, ${five} in the top 5`}`,
		);
	}
	return lines;
}

/** Triage leaves some out, of others nothing could be said. */
function withoutText(without: number, what: string): string {
	return without === 0 ? "" : `, ${without} without ${what}: a miss`;
}

/** Units that failed, or wait. */
function failedText(failed: number): string {
	return failed === 0 ? "" : `, ${failed} failed or waiting`;
}

/** Exemplars per side, with the space behind; nothing for a run that does not say. */
function exemplarsOf({ resolved }: RunView): string {
	const { exemplars } = resolved as { exemplars?: { count?: number } };
	return exemplars?.count === undefined ? "" : `${exemplars.count} `;
}
