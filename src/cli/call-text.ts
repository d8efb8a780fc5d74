/** A stored call for people: how it was asked, every message, the reply, and what became of it. */
import { z } from "zod";
import type { CallView } from "../store/store.ts";
import { printable } from "./format.ts";

/** What the port stores of a request; members this does not know are shown as they are. */
const requestView = z.looseObject({
	messages: z.array(z.object({ role: z.string(), content: z.string() })),
	schema: z.json().optional(),
	parameters: z.json().optional(),
	format: z.string().optional(),
	choose: z.string().optional(),
	audio: z
		.array(z.looseObject({ format: z.string(), hash: z.string() }))
		.optional(),
});

const FORMATS: Readonly<Record<string, string>> = {
	json: "JSON of any shape, checked when it is read",
	text: "plain text",
};

const WAYS: Readonly<Record<string, string>> = {
	schema: "one of the options of a schema",
	log_probabilities: "the options' log-probabilities",
	top_logprobs: "the log-probabilities of the options' labels",
};

export function callText(call: CallView): string {
	const { inputTokens, outputTokens } = call;
	const request = requestView.safeParse(call.request);
	return [
		`call ${call.id}  ${call.operation}  ${call.provider}/${call.model}  ${call.outcome}${call.attempt === 1 ? "" : `, attempt ${call.attempt}`}${call.rejected === null ? "" : ", rejected"}`,
		`sent to    ${call.baseUrl}, ${call.at}, ${call.milliseconds} ms${call.httpStatus === null ? "" : `, HTTP ${call.httpStatus}`}${call.requestId === null ? "" : `, request ${call.requestId}`}`,
		`tokens     ${inputTokens ?? "not said"} in, ${outputTokens ?? "not said"} out`,
		`key        ${call.key}${call.sampleIndex === 0 ? "" : `, sample ${call.sampleIndex}`}`,
		...(request.success
			? requestLines(request.data)
			: [`request    ${JSON.stringify(call.request)}`]),
		...messageLines(`reply${finish(call)}`, call.reply ?? "none"),
		...(isRepaired(call)
			? [
					"repaired   the reply is not JSON as it stands; the JSON in it was read",
				]
			: []),
		...(call.rejected === null
			? []
			: [`rejected   ${call.rejected}; it is not served again`]),
		...(call.error === null
			? []
			: [`error      [${call.error.code}] ${call.error.message}`]),
	]
		.map(printable)
		.join("\n");
}

function requestLines(request: z.infer<typeof requestView>): string[] {
	const {
		messages,
		schema,
		parameters,
		format,
		choose,
		audio = [],
		...others
	} = request;
	const wanted =
		choose === undefined
			? (FORMATS[format ?? ""] ?? "JSON of the schema")
			: (WAYS[choose] ?? choose);
	return [
		`asked for  ${wanted}`,
		...(parameters === undefined
			? []
			: [`parameters ${JSON.stringify(parameters)}`]),
		...(format === "text" || schema === undefined
			? []
			: [`schema     ${JSON.stringify(schema)}`]),
		...Object.entries(others).map(
			([name, value]) => `${name.padEnd(10)} ${JSON.stringify(value)}`,
		),
		...messages.flatMap(({ role, content }) => messageLines(role, content)),
		...audio.map(
			({ format: kind, hash }) => `audio      ${kind}, SHA-256 ${hash}`,
		),
	];
}

/** A message under its role, every line indented: no text can look like a line of ours. */
export function messageLines(role: string, content: string): string[] {
	return [
		`${role}:`,
		...content.split(/\r\n|\r|\n/).map((line) => `    ${line}`),
	];
}

function finish({ finishReason }: CallView): string {
	return finishReason === null ? "" : ` (${finishReason})`;
}

function isRepaired({ outcome, reply, rejected, request }: CallView): boolean {
	const read = requestView.safeParse(request);
	const isText = read.success && read.data.format === "text";
	if (outcome !== "ok" || rejected !== null || reply === null || isText)
		return false;
	try {
		JSON.parse(reply);
		return false;
	} catch {
		return true;
	}
}
