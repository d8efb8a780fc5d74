/** The class names of a network: one per line, in output index order. */
import { readFile } from "node:fs/promises";
import { TargetNetworkError } from "../errors.ts";
import { systemReason } from "../shared/system-reason.ts";

/**
 * Reads the names (BOM, CRLF and trailing blank lines tolerated; names are trimmed).
 * Throws TargetNetworkError: `classes_missing`, `classes_invalid` (blank line between names, a name twice, no names).
 */
export async function readClasses(path: string): Promise<readonly string[]> {
	let text: string;
	try {
		text = await readFile(path, "utf8");
	} catch (error) {
		throw new TargetNetworkError(
			`the class list ${path} cannot be read: ${systemReason(error)}`,
			{
				code: "classes_missing",
				hint: "Check `classes` in the network descriptor: a text file with one name a line.",
				cause: error,
			},
		);
	}
	const names = text
		.replace(/^\uFEFF/, "")
		.trimEnd()
		.split(/\r?\n/)
		.map((line) => line.trim());
	const invalid = (message: string): TargetNetworkError =>
		new TargetNetworkError(`${path}${message}`, {
			code: "classes_invalid",
			hint: "Write one class name a line, in the order of the output's units.",
		});
	if (names.length === 1 && names[0] === "")
		throw invalid(" has no class names");
	const lines = new Map<string, number>();
	for (const [index, name] of names.entries()) {
		if (name === "")
			throw invalid(
				`:${index + 1}: a blank line between class names: the line number is the output index`,
			);
		const earlier = lines.get(name);
		if (earlier !== undefined)
			throw invalid(
				`:${index + 1}: class "${name}" is already on line ${earlier}`,
			);
		lines.set(name, index + 1);
	}
	return names;
}
