/** The few settings of a run that the report speaks about, read from its resolved config without trusting its shape. */
import { z } from "zod";
import type { Json } from "../../shared/hash.ts";
import type { ModuleName } from "../../types.ts";

const moduleNames: readonly ModuleName[] = [
	"closed-set",
	"summarize",
	"summary-calibration",
	"open-set-extraction",
];

const settingsSchema = z.object({
	modules: z.array(z.string()).optional().catch(undefined),
	languageModel: z
		.object({
			provider: z.string(),
			model: z.string().nullish().catch(null),
			baseUrl: z.string().nullish().catch(null),
		})
		.optional()
		.catch(undefined),
	exemplars: z.object({ count: z.number() }).optional().catch(undefined),
	embeddings: z
		.object({
			provider: z.string(),
			model: z.string().nullish().catch(null),
		})
		.optional()
		.catch(undefined),
});

export type Settings = {
	/** Modules the run was asked for; all four when the config does not say. */
	readonly modules: ReadonlySet<ModuleName>;
	readonly describer: {
		/** `false`: the extractive describer wrote the text. Null: the config does not say. */
		readonly languageModel: boolean | null;
		/** What readers see: `gpt-4o (openai)`, or `extractive, no language model`. */
		readonly name: string;
	};
	readonly exemplarCount: number | null;
	readonly embeddings: string | null;
};

/** Reads the settings out of `RunView.resolved`; what is missing or of another type is null, never guessed. */
export function readSettings(resolved: Json): Settings {
	const parsed = settingsSchema.safeParse(resolved);
	const settings = parsed.success ? parsed.data : {};
	const asked = settings.modules;
	return {
		modules: new Set(
			moduleNames.filter((name) => asked === undefined || asked.includes(name)),
		),
		describer: describerOf(settings.languageModel),
		exemplarCount: settings.exemplars?.count ?? null,
		embeddings:
			settings.embeddings === undefined
				? null
				: settings.embeddings.provider === "local"
					? "local sentence encoder"
					: `${settings.embeddings.model ?? "unnamed model"} (${settings.embeddings.provider})`,
	};
}

function describerOf(
	languageModel:
		| {
				readonly provider: string;
				readonly model?: string | null | undefined;
				readonly baseUrl?: string | null | undefined;
		  }
		| undefined,
): Settings["describer"] {
	if (languageModel === undefined)
		return { languageModel: null, name: "not stated by the run" };
	const { provider, model, baseUrl } = languageModel;
	if (provider === "none")
		return { languageModel: false, name: "extractive, no language model" };
	const server =
		baseUrl === undefined || baseUrl === null
			? provider
			: `${provider} at ${withoutCredentials(baseUrl)}`;
	return {
		languageModel: true,
		name: `${model ?? "unnamed model"} (${server})`,
	};
}

/** A text with the user part and the query of every URL in it left out: both are places where keys end up. */
export function withoutCredentials(text: string): string {
	return text
		.replace(/([a-z][a-z0-9+.-]*:\/\/)[^/?#\s"@]*@/gi, "$1")
		.replace(/([a-z][a-z0-9+.-]*:\/\/[^?#\s"]*)\?[^#\s"]*/gi, "$1");
}
