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

const modelFields = {
	provider: z.string(),
	model: z.string().nullish().catch(null),
	baseUrl: z.string().nullish().catch(null),
	/** Of a local model, which has no other name unless it is given one. */
	file: z.string().nullish().catch(null),
};

const settingsSchema = z.object({
	modules: z.array(z.string()).optional().catch(undefined),
	languageModel: z
		.object({
			...modelFields,
			modules: z
				.object({
					summarize: z
						.object({ ...modelFields, provider: z.string().optional() })
						.optional()
						.catch(undefined),
				})
				.optional()
				.catch(undefined),
		})
		.optional()
		.catch(undefined),
	exemplars: z.object({ count: z.number() }).optional().catch(undefined),
	preset: z.string().optional().catch(undefined),
	closedSet: z.object({ method: z.string() }).optional().catch(undefined),
	summaryCalibration: z
		.object({ method: z.string().optional(), threshold: z.number() })
		.optional()
		.catch(undefined),
	triage: z
		.object({
			enabled: z.union([z.boolean(), z.literal("auto")]),
			/** Runs of earlier versions do not say: captions. */
			clarity: z.enum(["captions", "audio"]).default("captions"),
			minimumFiringRate: z.number(),
			minimumClarity: z.number(),
		})
		.optional()
		.catch(undefined),
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
	/** `db`, `tab` or `icl`; null: the config does not say. */
	readonly closedSet: string | null;
	/** Null: the config does not say, or says `default`. */
	readonly preset: string | null;
	/** Who struck what both sides say. */
	readonly calibration: string | null;
	/** The bar of triage; null when it was off. */
	readonly triage: string | null;
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
		describer: describerOf(writerOf(resolved)),
		exemplarCount: settings.exemplars?.count ?? null,
		closedSet: settings.closedSet?.method ?? null,
		preset:
			settings.preset === undefined || settings.preset === "default"
				? null
				: settings.preset,
		calibration:
			settings.summaryCalibration === undefined
				? null
				: settings.summaryCalibration.method === "model"
					? "by the language model"
					: `cosine above ${settings.summaryCalibration.threshold}`,
		triage: triageOf(settings, writerOf(resolved)),
		embeddings:
			settings.embeddings === undefined
				? null
				: settings.embeddings.provider === "local"
					? "local sentence encoder"
					: `${settings.embeddings.model ?? "unnamed model"} (${settings.embeddings.provider})`,
	};
}

/** The bar in words; null when triage was off: `auto` is on where a language model wrote the summaries. */
function triageOf(
	{ triage, modules }: z.output<typeof settingsSchema>,
	writer: ReturnType<typeof writerOf>,
): string | null {
	if (triage === undefined || triage.enabled === false) return null;
	const asks =
		writer !== undefined &&
		writer.provider !== "none" &&
		modules?.includes("summarize") !== false;
	if (triage.enabled === "auto" && !asks) return null;
	const alike =
		triage.clarity === "audio"
			? "sounds of the high clips"
			: "captions of the high clips";
	const firing =
		triage.minimumFiringRate === 0
			? ""
			: `, above 0 for at least ${percentOf(triage.minimumFiringRate)} of the clips`;
	return `${alike} at least as alike as those of ${percentOf(triage.minimumClarity)} of random sets${firing}`;
}

/** As it was written: 0.55 times 100 is no whole number to a computer. */
function percentOf(share: number): string {
	return `${Number((100 * share).toPrecision(12))} %`;
}

/** The model that writes the summaries of a run; undefined when its config does not say. `provider` "none": no model does. */
export function writerOf(resolved: Json):
	| {
			readonly provider: string;
			readonly model: string | null;
			readonly baseUrl: string | null;
	  }
	| undefined {
	const parsed = settingsSchema.safeParse(resolved);
	const shared = parsed.success ? parsed.data.languageModel : undefined;
	if (shared === undefined) return undefined;
	const own = shared.modules?.summarize ?? {};
	const provider = own.provider ?? shared.provider;
	const base = provider === shared.provider ? shared : null;
	const file = own.file ?? base?.file;
	return {
		provider,
		model: own.model ?? base?.model ?? file?.split(/[\\/]/).at(-1) ?? null,
		baseUrl: own.baseUrl ?? base?.baseUrl ?? null,
	};
}

function describerOf(
	languageModel: ReturnType<typeof writerOf>,
): Settings["describer"] {
	if (languageModel === undefined)
		return { languageModel: null, name: "not stated by the run" };
	const { provider, model, baseUrl } = languageModel;
	if (provider === "none")
		return { languageModel: false, name: "extractive, no language model" };
	const server =
		baseUrl === null
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
