/** Units in order: whether the numbers of a layer's units go with where they are highest, as in a pitch tracker's output. */

import {
	rankedAttribute,
	spearman,
	spearmanP,
} from "../activations/rank-correlation.ts";
import { midRanks } from "../activations/ranks.ts";
import {
	type NeuronStatistics,
	significance,
} from "../activations/statistics-types.ts";
import type { AttributeData } from "./attribute-section.ts";
import { countOf, formatFixed } from "./format.ts";
import { type Html, html } from "./html.ts";
import { mostPoints, scatter } from "./scatter.ts";

/** Tuned units it takes, and the correlation from which a layer counts as ordered. */
const leastUnits = 20;
const leastRho = 0.6;

export type UnitOrder = {
	readonly attribute: string;
	readonly rho: number;
	readonly units: readonly number[];
	/** Attribute value where each of `units` is highest. */
	readonly peaks: readonly number[];
};

/**
 * The attribute whose peaks go with the unit numbers most strongly, over the units whose tuning to it is beyond chance. Null when there is none
 * with |rho| of at least 0.6 over at least 20 units and a p under 0.001 after Bonferroni.
 */
export function unitOrder(
	statistics: readonly (NeuronStatistics | null)[],
): UnitOrder | null {
	const byAttribute = new Map<string, { units: number[]; peaks: number[] }>();
	let tested = 0;
	for (const neuron of statistics) {
		if (neuron === null) continue;
		tested = Math.max(tested, neuron.attributes.length);
		for (const { attribute, tuning, labelBound } of neuron.attributes) {
			if (labelBound || tuning === null || tuning.pCorrected >= significance)
				continue;
			const found = byAttribute.get(attribute) ?? { units: [], peaks: [] };
			byAttribute.set(attribute, found);
			found.units.push(neuron.unit);
			found.peaks.push(tuning.peak);
		}
	}
	let best: UnitOrder | null = null;
	for (const [attribute, { units, peaks }] of byAttribute) {
		if (units.length < leastUnits) continue;
		const rho = rankCorrelation(units, peaks);
		if (
			Math.abs(rho) >= leastRho &&
			spearmanP(rho, units.length) * tested < 0.001 &&
			Math.abs(rho) * units.length >
				Math.abs(best?.rho ?? 0) * (best?.units.length ?? 0)
		)
			best = { attribute, rho, units, peaks };
	}
	return best;
}

/** Spearman's rho of units (ascending, distinct) and peaks. */
function rankCorrelation(
	units: readonly number[],
	peaks: readonly number[],
): number {
	const attribute = rankedAttribute(
		Float64Array.from(peaks),
		Int32Array.from(units),
	);
	return spearman(
		Float32Array.from(midRanks(units)),
		Int32Array.from(units.keys()),
		attribute,
	);
}

/** The section of a table page; nothing when the units are in no order. */
export function unitOrderSection(
	order: UnitOrder | null,
	data: AttributeData,
): Html | false {
	if (order === null) return false;
	const { attribute, rho, units, peaks } = order;
	const scale = data.attributes.get(attribute)?.attribute.scale ?? "linear";
	return html`<section aria-labelledby="order"><h2 id="order">Units in order</h2><p>The units follow <strong dir="auto">${attribute}</strong>: ${rho > 0 ? "the higher the unit's number, the higher" : "the higher the unit's number, the lower"} the values it answers to most. Rho of unit number and peak <strong class="number">${formatFixed(rho, 2)}</strong>, ${countOf(units.length, "unit")} tuned to it beyond chance.</p><div class="plots"><figure><figcaption class="muted">Where each unit is highest${units.length > mostPoints && "; darker cells hold more units"}</figcaption>${scatter(
		{
			x: units,
			y: peaks,
			yScale: scale,
			xLabel: "unit",
			yLabel: attribute,
			text: `Value of ${attribute} where each of ${units.length} units is highest, by unit number: Spearman's rho ${formatFixed(rho, 2)}.`,
		},
	)}</figure></div></section>`;
}
