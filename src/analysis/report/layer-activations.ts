/** What tables say about activations: a neuron's highest label and strongest attribute, and a layer's summary of both. */
import {
	type NeuronStatistics,
	significance,
} from "../activations/statistics-types.ts";
import { formatValue, isBand } from "./attribute-section.ts";
import { countOf, formatFixed } from "./format.ts";
import { type Html, html } from "./html.ts";
import { formatMeans, type Preference, preferenceOf } from "./preference.ts";

/** Column heads of a neuron table. */
export const activationHeads = html`<th scope="col" data-sort="text">Highest label</th><th scope="col" data-sort="number" data-first="descending">Strongest attribute, rho</th>`;

/** The cells of one neuron; null: it has no statistics. */
export function activationCells(
	statistics: NeuronStatistics | null,
	className: string | null,
): Html {
	if (statistics === null)
		return html`<td class="without" data-value=""></td><td data-value=""></td>`;
	const preference = preferenceOf(statistics, className);
	const highest = statistics.labels[0];
	const format = formatMeans(statistics.labels.slice(0, 1));
	const label =
		highest === undefined
			? html`<td class="without" data-value="">no labels</td>`
			: html`<td data-value="${highest.label}"><span dir="auto">${highest.label}</span> <span class="number">${format(highest.mean)}</span>${
					preference !== null &&
					html`<span class="beside">named <span dir="auto">${preference.className}</span>${preference.own !== null && html` <span class="number">${format(preference.own.mean)}</span>`}</span>`
				}</td>`;
	const [best] = statistics.attributes;
	if (best === undefined || best.strength === 0 || best.labelBound)
		return html`${label}<td class="without" data-value="">none</td>`;
	return html`${label}<td data-value="${best.strength.toFixed(4)}"><span dir="auto">${best.attribute}</span> <span class="number">${formatFixed(best.rho ?? 0, 2)}</span><span class="beside">${
		best.tuning !== null && best.tuning.pCorrected < significance
			? html`${isBand(best) && best.tuning.peakAt === "inside" ? "band around" : "highest around"} <span class="number">${formatValue(best.tuning.peak)}</span>`
			: html`${countOf(best.n, "clip")}`
	}</span></td>`;
}

/** Of a layer; grows neuron by neuron. */
export type ActivationSummary = {
	/** Neurons with statistics. */
	readonly neurons: number;
	/** Eta squared of the labels, one per neuron that has it. */
	readonly labelShares: readonly number[];
	/** Neurons by their strongest attribute, if any is beyond chance. */
	readonly strongest: ReadonlyMap<string, number>;
	/** Output units with a class name, and those that prefer another label. */
	readonly named: number;
	readonly preferences: readonly {
		readonly unit: number;
		readonly preference: Preference;
	}[];
};

export const emptySummary: ActivationSummary = {
	neurons: 0,
	labelShares: [],
	strongest: new Map(),
	named: 0,
	preferences: [],
};

/** The summary with some more neurons in it. `classOf`: class names of the layer's units. */
export function addNeurons(
	summary: ActivationSummary,
	statistics: readonly (NeuronStatistics | null)[],
	classOf: (unit: number) => string | null,
): ActivationSummary {
	const known = statistics.filter((entry) => entry !== null);
	const strongest = new Map(summary.strongest);
	for (const { attributes } of known) {
		const [best] = attributes;
		if (best === undefined || best.strength === 0 || best.labelBound) continue;
		strongest.set(best.attribute, (strongest.get(best.attribute) ?? 0) + 1);
	}
	return {
		neurons: summary.neurons + known.length,
		labelShares: [
			...summary.labelShares,
			...known.flatMap(({ labelShare }) =>
				"value" in labelShare ? [labelShare.value] : [],
			),
		],
		strongest,
		named:
			summary.named +
			known.filter(
				({ unit, labels }) => labels.length > 0 && classOf(unit) !== null,
			).length,
		preferences: [
			...summary.preferences,
			...known.flatMap((entry) => {
				const preference = preferenceOf(entry, classOf(entry.unit));
				return preference === null ? [] : [{ unit: entry.unit, preference }];
			}),
		],
	};
}
