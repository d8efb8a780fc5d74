/** The bodies of the fake server's replies, by protocol. */
import {
	answerFromRequest,
	labelFromRequest,
	vectorFromText,
} from "./fake-llm-answers.ts";
import type { FakeBehaviour, FakeRequest } from "./fake-llm-protocols.ts";

type Counts = { readonly input: number; readonly output: number };

/** The body of an HTTP 200 reply. */
export function complete(
	request: FakeRequest,
	behaviour: FakeBehaviour,
): unknown {
	if (request.protocol === "embeddings") {
		const vectors =
			behaviour.kind === "vectors"
				? behaviour.vectors
				: request.texts.map(vectorFromText);
		return {
			object: "list",
			model: request.model,
			data: vectors.map((embedding, index) => ({
				object: "embedding",
				index,
				embedding,
			})),
			usage: { prompt_tokens: 1, total_tokens: 1 },
		};
	}
	const text = textOf(request, behaviour);
	const counts = {
		input: request.messages.reduce(
			(sum, { content }) => sum + content.length,
			0,
		),
		output: text.length,
	};
	if (request.protocol === "responses")
		return responsesReply(request, behaviour, text, counts);
	return request.protocol === "openai"
		? openAiReply(request, behaviour, text, counts)
		: anthropicReply(request, behaviour.kind, text, counts);
}

function textOf(request: FakeRequest, behaviour: FakeBehaviour): string {
	switch (behaviour.kind) {
		case "reply":
			if (behaviour.text !== undefined) return behaviour.text;
			return request.body.logprobs === true
				? labelFromRequest(request.messages)
				: answerFromRequest(request.messages, request.schema);
		case "logprobs":
			return behaviour.top[0]?.token ?? "";
		case "truncated":
			return behaviour.text;
		case "refused":
			return behaviour.text ?? "I cannot help with that.";
		default:
			return "";
	}
}

/** Probability 0.75 for the label that is answered, 0.25 for the next letter. */
function topTokens(label: string) {
	const other = String.fromCharCode(label.charCodeAt(0) + 1);
	return [
		{ token: label, logprob: Math.log(0.75) },
		{ token: other, logprob: Math.log(0.25) },
	];
}

function openAiReply(
	request: FakeRequest,
	behaviour: FakeBehaviour,
	text: string,
	counts: Counts,
): unknown {
	const { kind } = behaviour;
	const reasons: Partial<Record<FakeBehaviour["kind"], string>> = {
		truncated: "length",
		filtered: "content_filter",
	};
	const top = kind === "logprobs" ? behaviour.top : topTokens(text);
	return {
		id: `chatcmpl-${request.index}`,
		object: "chat.completion",
		model: request.model,
		choices: [
			{
				index: 0,
				finish_reason: reasons[kind] ?? "stop",
				message: {
					role: "assistant",
					content: kind === "refused" ? null : text,
					refusal: kind === "refused" ? text : null,
				},
				...(request.body.logprobs === true && kind !== "reply-without-logprobs"
					? { logprobs: { content: [{ ...top[0], top_logprobs: top }] } }
					: {}),
			},
		],
		usage: {
			prompt_tokens: counts.input,
			completion_tokens: counts.output,
			total_tokens: counts.input + counts.output,
		},
	};
}

function responsesReply(
	request: FakeRequest,
	behaviour: FakeBehaviour,
	text: string,
	counts: Counts,
): unknown {
	const { kind } = behaviour;
	const reasons: Partial<Record<FakeBehaviour["kind"], string>> = {
		truncated: "max_output_tokens",
		filtered: "content_filter",
	};
	const reason = reasons[kind];
	const content =
		kind === "refused"
			? [{ type: "refusal", refusal: text }]
			: text === ""
				? []
				: [{ type: "output_text", text, annotations: [] }];
	return {
		id: `resp-${request.index}`,
		object: "response",
		model: request.model,
		status:
			kind === "failed"
				? "failed"
				: reason === undefined
					? "completed"
					: "incomplete",
		incomplete_details: reason === undefined ? null : { reason },
		error: kind === "failed" ? { message: behaviour.message } : null,
		output: [
			{ type: "reasoning", id: "rs-1", summary: [] },
			{ type: "message", role: "assistant", status: "completed", content },
		],
		usage: {
			input_tokens: counts.input,
			output_tokens: counts.output,
			total_tokens: counts.input + counts.output,
		},
	};
}

function anthropicReply(
	request: FakeRequest,
	kind: FakeBehaviour["kind"],
	text: string,
	counts: Counts,
): unknown {
	const reasons: Partial<Record<FakeBehaviour["kind"], string>> = {
		truncated: "max_tokens",
		filtered: "refusal",
		refused: "refusal",
	};
	return {
		id: `msg-${request.index}`,
		type: "message",
		role: "assistant",
		model: request.model,
		content: text === "" ? [] : [{ type: "text", text }],
		stop_reason: reasons[kind] ?? "end_turn",
		stop_sequence: null,
		usage: { input_tokens: counts.input, output_tokens: counts.output },
	};
}
