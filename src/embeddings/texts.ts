/** What every embedding model asks of its texts and its vectors. */
import { DataError } from "../errors.ts";

/** Throws DataError `blank_text` (position counts from 0) when a text has nothing but white space: it would still get a vector, of nothing. */
export function refuseBlankTexts(texts: readonly string[]): void {
	const index = texts.findIndex((text) => text.trim() === "");
	if (index >= 0)
		throw new DataError(
			`text ${index} of ${texts.length} cannot be embedded: expected words, got ${JSON.stringify(texts[index])}`,
			{
				code: "blank_text",
				hint: "Leave blank texts out before embedding.",
				evidence: { index },
			},
		);
}

/** The text of a concept or class name that is sent to an encoder: underscores become spaces. The untouched name is what is reported. */
export function conceptText(concept: string): string {
	return concept.replaceAll("_", " ");
}

/** `vector` scaled to length 1 (float64 norm, rounded to float32 once); null when its length is zero or not finite. */
export function unitVector(vector: ArrayLike<number>): Float32Array | null {
	let squares = 0;
	for (let i = 0; i < vector.length; i += 1)
		squares += (vector[i] as number) ** 2;
	const norm = Math.sqrt(squares);
	if (!(norm > 0) || !Number.isFinite(norm)) return null;
	return Float32Array.from(vector, (value) => value / norm);
}

/** Mean of the unit-length forms of `vectors`, itself scaled to length 1; null when that is undefined (no vectors, a zero vector, or they cancel). */
export function meanDirection(
	vectors: readonly ArrayLike<number>[],
): Float32Array | null {
	const [first] = vectors;
	if (first === undefined) return null;
	const sum = new Float64Array(first.length);
	for (const vector of vectors) {
		const unit = unitVector(vector);
		if (unit === null) return null;
		for (let i = 0; i < sum.length; i += 1)
			sum[i] = (sum[i] as number) + (unit[i] as number);
	}
	return unitVector(sum);
}
