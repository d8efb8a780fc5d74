/** Rules between the fields of a config, which a schema of single fields cannot say. */
import type { ModuleName } from "../types.ts";
import type { ConfigValues } from "./schema.ts";

export type Problem = {
	readonly path: readonly PropertyKey[];
	readonly message: string;
	/** The key is the problem, not its value. */
	readonly atKey?: true;
};

/** Every rule that is broken. */
export function brokenRules(values: ConfigValues): Problem[] {
	return [...modelRules(values), ...moduleRules(values)];
}

function modelRules({ languageModel, embeddings }: ConfigValues): Problem[] {
	const needed = (section: string, provider: string): Problem => ({
		path: [section, "model"],
		message: `expected a model name, because provider is "${provider}"`,
	});
	return [
		...(languageModel.provider !== "none" && languageModel.model === null
			? [needed("languageModel", languageModel.provider)]
			: []),
		...(embeddings.provider === "openai" && embeddings.model === null
			? [needed("embeddings", embeddings.provider)]
			: []),
	];
}

function moduleRules({ modules }: ConfigValues): Problem[] {
	const chain: readonly ModuleName[] = [
		"summarize",
		"summary-calibration",
		"open-set-extraction",
	];
	return modules.flatMap((name, index) => {
		const path = ["modules", index];
		if (modules.indexOf(name) !== index)
			return [{ path, message: `"${name}" is there twice` }];
		const before = chain[chain.indexOf(name) - 1];
		return before === undefined || modules.includes(before)
			? []
			: [{ path, message: `"${name}" needs "${before}", which is not listed` }];
	});
}
