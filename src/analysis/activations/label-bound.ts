/** Attributes that only repeat the label: codes, and properties of a class. */

/** From this share of its variance between labels an attribute is a property of the label. */
const boundShare = 0.95;

/** Whether `values` (one per clip, NaN where there is none) differ almost only between labels; over clips with a label and a value. False for fewer than two labels, or when every label has one clip. */
export function isLabelBound(
	values: Float64Array,
	labelOf: Int32Array,
): boolean {
	const byLabel = new Map<number, number[]>();
	for (const [clip, label] of labelOf.entries()) {
		const value = values[clip] as number;
		if (label < 0 || Number.isNaN(value)) continue;
		const list = byLabel.get(label);
		if (list === undefined) byLabel.set(label, [value]);
		else list.push(value);
	}
	const all = [...byLabel.values()].flat();
	if (byLabel.size < 2 || all.length === byLabel.size) return false;
	const total = squaresAround(all);
	if (total === 0) return false;
	let within = 0;
	for (const list of byLabel.values()) within += squaresAround(list);
	return 1 - within / total >= boundShare;
}

function squaresAround(values: readonly number[]): number {
	let sum = 0;
	for (const value of values) sum += value;
	const mean = sum / values.length;
	let squares = 0;
	for (const value of values) squares += (value - mean) ** 2;
	return squares;
}
