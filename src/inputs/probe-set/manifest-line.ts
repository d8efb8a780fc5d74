/** One line of a manifest: its schema, and its problems in the words of the manifest. */
import * as z from "zod";
import { didYouMean } from "../../shared/suggest.ts";
import type { AttributeValue } from "../../types.ts";

const text = z.string().refine((value) => value.trim() !== "");
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** Keys not named here are allowed and ignored. null is the same as a missing key, for manifests written by data frames. */
const lineSchema = z.object({
	clip: text.describe("path of the audio file, relative to the manifest"),
	id: text.nullish().describe("unique name of the clip; default: `clip`"),
	caption: z.string().nullish().describe("what the clip sounds like"),
	captions: z.array(z.string()).nullish().describe("several captions"),
	label: text.nullish().describe("class of the clip"),
	attributes: z
		.record(z.string(), z.union([scalar, z.array(scalar)]))
		.nullish()
		.describe("further facts about the clip"),
	source_recording: text
		.nullish()
		.describe("the original recording the clip was cut from"),
});

const KEYS = Object.keys(lineSchema.shape);

/** What each field should have been. */
const EXPECTED: Readonly<Record<string, string>> = {
	clip: "the path of an audio file as a string that is not blank",
	id: "a string that is not blank",
	caption: "a string",
	captions: "a list of strings",
	label: "a string that is not blank, or null",
	attributes:
		"an object whose values are strings, numbers, booleans, null or lists of these",
	source_recording: "a string that is not blank, or null",
};

/** A line that can be used; file paths are still as written. */
export type ManifestLine = {
	readonly clip: string;
	readonly id: string;
	readonly captions: readonly string[];
	readonly label: string | null;
	readonly attributes: Readonly<Record<string, AttributeValue>>;
	readonly sourceRecording: string | null;
};

export type LineProblem = { readonly code: string; readonly message: string };

/** A line that cannot be used; `id` and `clip` when these can be read, so that it can be compared with other lines and its audio be checked. */
export type BadLine = {
	readonly problems: readonly LineProblem[];
	readonly id: string | null;
	/** As written. */
	readonly clip: string | null;
	/** Its label and captions, as far as they can be read: they are checked like those of other lines. */
	readonly label?: string | null;
	readonly captions?: readonly string[];
};

/** The JSON object on a line. Codes of problems: `json_invalid`, `line_invalid` (not an object). */
export function readJsonLine(
	line: string,
): { readonly value: object } | BadLine {
	let value: unknown;
	try {
		value = JSON.parse(line);
	} catch (error) {
		return { problems: [jsonProblem(line, error)], id: null, clip: null };
	}
	if (typeof value === "object" && value !== null && !Array.isArray(value))
		return { value };
	return {
		problems: [
			{
				code: "line_invalid",
				message: `expected a JSON object, got ${shown(value)}`,
			},
		],
		id: null,
		clip: null,
	};
}

/**
 * Reads one line. Codes of problems: those of `readJsonLine`, `<field>_invalid`, `caption_missing`, `caption_twice`. With
 * `captionsElsewhere` a line without captions is none of them.
 */
export function readManifestLine(
	line: string,
	options: { readonly captionsElsewhere?: boolean } = {},
): ManifestLine | BadLine {
	const read = readJsonLine(line);
	if ("problems" in read) return read;
	const { value } = read;
	const parsed = lineSchema.safeParse(value);
	const problems = parsed.success
		? []
		: fieldProblems(parsed.error.issues, value);
	const captions = parsed.success
		? captionsOf(parsed.data, value, options.captionsElsewhere === true)
		: null;
	if (captions !== null && "code" in captions) problems.push(captions);
	if (!parsed.success || captions === null || "code" in captions)
		return { problems, ...readableParts(value) };
	const { clip, id, label, attributes, source_recording } = parsed.data;
	return {
		clip,
		id: id ?? clip,
		captions,
		label: label ?? null,
		attributes: attributes ?? {},
		sourceRecording: source_recording ?? null,
	};
}

/** What other lines and the audio can be compared with, and the texts, field by field. */
function readableParts(line: object): Omit<BadLine, "problems"> {
	const { id, clip, label, caption, captions } = lineSchema.shape;
	const own = id.safeParse(Reflect.get(line, "id"));
	const path = clip.safeParse(Reflect.get(line, "clip"));
	const written = path.success ? path.data : null;
	const one = caption.safeParse(Reflect.get(line, "caption"));
	const several = captions.safeParse(Reflect.get(line, "captions"));
	return {
		id: own.success ? (own.data ?? written) : null,
		clip: written,
		label: label.safeParse(Reflect.get(line, "label")).data ?? null,
		captions: [one.data ?? "", ...(several.data ?? [])]
			.map((text) => text.trim())
			.filter((text) => text !== ""),
	};
}

function captionsOf(
	line: z.infer<typeof lineSchema>,
	raw: object,
	captionsElsewhere: boolean,
): readonly string[] | LineProblem {
	const single = line.caption?.trim() ? [line.caption.trim()] : [];
	const several = (line.captions ?? []).map((caption) => caption.trim());
	if (single.length > 0 && several.length > 0)
		return {
			code: "caption_twice",
			message: "expected `caption` or `captions`, got both",
		};
	const blank = several.indexOf("");
	if (blank >= 0)
		return {
			code: "caption_missing",
			message: `\`captions[${blank}]\`: expected a caption, got a blank one`,
		};
	const captions = [...single, ...several];
	if (captions.length > 0 || captionsElsewhere) return captions;
	const typed = Object.keys(raw).filter((key) => !KEYS.includes(key));
	const misspelt = typed.find((key) => didYouMean(key, ["caption"]));
	return {
		code: "caption_missing",
		message: `expected a \`caption\`, got none${misspelt === undefined ? "" : ` (the line has \`${misspelt}\`)`}`,
	};
}

/** One problem per field, in the order of the fields. */
function fieldProblems(
	issues: readonly z.core.$ZodIssue[],
	line: object,
): LineProblem[] {
	const fields = new Set(issues.map((issue) => String(issue.path[0])));
	return KEYS.filter((field) => fields.has(field)).map((field) => {
		const value: unknown = Reflect.get(line, field);
		return {
			code: `${field}_invalid`,
			message: `\`${field}\`: expected ${EXPECTED[field]}, got ${value === undefined ? "nothing" : shown(value)}`,
		};
	});
}

function jsonProblem(line: string, error: unknown): LineProblem {
	const reason = error instanceof Error ? error.message : String(error);
	const hasNaN = /:\s*-?(NaN|Infinity)\b/.test(line);
	return {
		code: "json_invalid",
		message: `expected JSON, got ${reason}${hasNaN ? "; JSON has no NaN or Infinity, write null" : ""}`,
	};
}

/** A value in a message, short and with its type where JSON does not show it. */
export function shown(value: unknown): string {
	const json = JSON.stringify(value);
	const short = json.length > 60 ? `${json.slice(0, 57)}...` : json;
	return value === null || typeof value === "string"
		? short
		: `${short} (${Array.isArray(value) ? "list" : typeof value})`;
}
