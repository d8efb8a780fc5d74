/** Whether a config has triage, and with which bar. */
import type { Config } from "./config.ts";
import { modelSettings } from "./model-settings.ts";

/**
 * The settings of triage; null when it is off. `auto` is on where summaries are asked of a language model: without one nothing is spent,
 * so nothing is left out unasked.
 */
export function triageSetting({
	triage,
	modules,
	languageModel,
}: Pick<Config, "triage" | "modules" | "languageModel">): Omit<
	Config["triage"],
	"enabled"
> | null {
	const { enabled, ...bar } = triage;
	const asks =
		modules.includes("summarize") &&
		modelSettings(languageModel, "summarize").provider !== "none";
	return enabled === true || (enabled === "auto" && asks) ? bar : null;
}
