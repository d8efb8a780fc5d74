/** Which use of a language model each module has. */
import type { Operation } from "../config/model-settings.ts";
import type { ModuleName } from "../types.ts";
import type { MethodOptions } from "./context.ts";

const MODULES: Readonly<Record<string, string>> = {
	"identify-concept": "closed-set",
	calibrate: "summary-calibration",
	"acoustic-filter": "open-set-extraction",
	judge: "evaluate",
	"capability-probe": "probe",
	embed: "embeddings",
};

/** The module, or verb, whose calls are stored under this operation; the operation itself where they have one name. */
export function moduleOfOperation(operation: string): string {
	return MODULES[operation] ?? operation;
}

/** The use of a language model in a module, which is also the name of its prompt; null when the module asks none. */
export function operationOf(
	module: ModuleName,
	method: {
		readonly closedSet: Pick<MethodOptions["closedSet"], "method">;
		readonly summaryCalibration: Pick<
			MethodOptions["summaryCalibration"],
			"method"
		>;
	},
): Operation | null {
	switch (module) {
		case "closed-set":
			return method.closedSet.method === "icl" ? "identify-concept" : null;
		case "summarize":
			return "summarize";
		case "summary-calibration":
			return method.summaryCalibration.method === "model" ? "calibrate" : null;
		case "open-set-extraction":
			return "acoustic-filter";
		default:
			return null;
	}
}
