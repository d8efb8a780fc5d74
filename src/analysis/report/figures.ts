/** The headline figures of the start page. */
import type { Json } from "../../shared/hash.ts";
import { accuracyFigures } from "./evaluations.ts";
import type { Figure } from "./figure.ts";
import { formatCount, formatPercent } from "./format.ts";
import { type Html, html } from "./html.ts";
import type { Settings } from "./settings.ts";
import type { Tally } from "./tally.ts";

/** The figures in reading order: accuracy first, then counts of the whole run. */
export function figuresOf(options: {
	readonly evaluations: Readonly<Record<string, Json>>;
	readonly tally: Tally;
	readonly settings: Settings;
}): readonly Figure[] {
	const { evaluations, tally, settings } = options;
	const { neurons, concepts, states } = tally;
	const share = (count: number): string =>
		neurons === 0
			? "no neuron yet"
			: `${formatPercent(count / neurons)} of ${formatCount(neurons)} neurons`;
	const counted: Figure[] = [];
	if (settings.modules.has("closed-set"))
		counted.push({
			title: "A concept fits",
			value: formatCount(concepts.fits),
			details: [
				concepts.no_null > 0
					? `${formatCount(concepts.no_null)} have no null to compare with`
					: share(concepts.fits),
			],
		});
	const described = states.calibrated + states.low_empty;
	if (settings.modules.has("summary-calibration"))
		counted.push({
			title: "Described",
			value: formatCount(described),
			details: [
				share(described),
				...(states.low_empty === 0
					? []
					: [
							`${formatCount(states.low_empty)} of them had no low summary to calibrate with`,
						]),
			],
		});
	counted.push({
		title: "Failed",
		value: formatCount(states.failed),
		details: [
			...(states.failed === 0 ? [] : ["the same command tries them again"]),
			states.skipped === 0
				? "none skipped"
				: `${formatCount(states.skipped)} skipped, each with the reason`,
			...(states.left_out === 0
				? []
				: [
						`${formatCount(states.left_out)} left out by triage, each with what it saw`,
					]),
		],
	});
	return [...accuracyFigures(evaluations), ...counted];
}

/** The figures as cards. */
export function figureCards(figures: readonly Figure[]): Html {
	return html`<dl class="figures">${figures.map(
		({ title, value, details }) =>
			html`<div><dt>${title}</dt><dd>${value === null ? html`<b class="none">no figure</b>` : html`<b>${value}</b>`}${details.map((detail) => html`<span>${detail}</span>`)}</dd></div>`,
	)}</dl>`;
}
