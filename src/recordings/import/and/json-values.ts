/** Small tests of what a JSON value is, shared by the readers of the published AND code's files. */

export function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The list at a key; undefined when there is none or an item is something else. */
export function listOf<T>(
	entry: Record<string, unknown>,
	key: string,
	isItem: (value: unknown) => value is T,
): T[] | undefined {
	const value = entry[key];
	return Array.isArray(value) && value.every(isItem) ? value : undefined;
}

export const isText = (value: unknown): value is string =>
	typeof value === "string" && value !== "";

/** `layer#unit`; undefined for any other text. */
export function neuronOf(
	key: string,
): { readonly layer: string; readonly unit: number } | undefined {
	const match = /^(?<layer>.+)#(?<unit>\d+)$/.exec(key);
	const { layer, unit } = match?.groups ?? {};
	return layer === undefined ? undefined : { layer, unit: Number(unit) };
}

/** A value in a message, cut short. */
export function shownValue(value: unknown): string {
	return JSON.stringify(value)?.slice(0, 60) ?? "nothing";
}
