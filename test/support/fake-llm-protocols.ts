/** What the fake server reads and writes: OpenAI Chat Completions and embeddings, Anthropic Messages. Only node: imports. */
import type { IncomingMessage, ServerResponse } from "node:http";
import {
	answerFromRequest,
	type FakeMessage,
	vectorFromText,
} from "./fake-llm-answers.ts";

export type FakeRequest = {
	/** Order of arrival, from 0. A retry by the SDK is a request of its own. */
	readonly index: number;
	readonly protocol: "openai" | "anthropic" | "embeddings";
	readonly model: string;
	/** System text first, whatever the protocol. */
	readonly messages: readonly FakeMessage[];
	/** JSON Schema of the reply, null when none was sent. */
	readonly schema: unknown;
	/** Texts to embed. */
	readonly texts: readonly string[];
	readonly body: Readonly<Record<string, unknown>>;
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
};

/** What happens to a request. */
export type FakeBehaviour =
	/** A complete reply; no `text`: the deterministic one. A cut text here is a cut reply reported as complete. */
	| { readonly kind: "reply"; readonly text?: string }
	/** Cut by the token limit, and reported so. */
	| { readonly kind: "truncated"; readonly text: string }
	| { readonly kind: "refused"; readonly text?: string }
	/** Content filter; Anthropic has none and refuses. */
	| { readonly kind: "filtered" }
	| { readonly kind: "empty" }
	/** An HTTP error. `message` may hold what a careless server echoes. */
	| {
			readonly kind: "status";
			readonly status: number;
			readonly message?: string;
			readonly code?: string;
			readonly headers?: Readonly<Record<string, string>>;
	  }
	/** HTTP 200 with this body, whatever it is. */
	| { readonly kind: "body"; readonly text: string; readonly type?: string }
	/** The socket closes without a byte of answer. */
	| { readonly kind: "drop" }
	/** Status and half of the body are sent, then the socket closes. */
	| { readonly kind: "drop-mid-body" }
	/** Status and half of the body are sent, then nothing more. */
	| { readonly kind: "stall-mid-body" }
	| { readonly kind: "vectors"; readonly vectors: readonly number[][] };

const protocols: Readonly<Record<string, FakeRequest["protocol"]>> = {
	"/v1/chat/completions": "openai",
	"/v1/messages": "anthropic",
	"/v1/embeddings": "embeddings",
};

// biome-ignore lint/suspicious/noExplicitAny: a test double reads whatever was sent
type Loose = any;

export function parseRequest(
	incoming: IncomingMessage,
	text: string,
	index: number,
): FakeRequest | null {
	const path = (incoming.url ?? "").replace(/\?.*$/, "");
	const protocol = protocols[path];
	if (protocol === undefined || incoming.method !== "POST") return null;
	const body: Loose = JSON.parse(text);
	const system =
		body.system === undefined ? [] : [{ role: "system", content: body.system }];
	return {
		index,
		protocol,
		model: body.model,
		messages: [...system, ...(body.messages ?? [])],
		schema:
			body.response_format?.json_schema?.schema ??
			body.output_config?.format?.schema ??
			null,
		texts: protocol === "embeddings" ? [body.input].flat() : [],
		body,
		headers: incoming.headers,
	};
}

export function answer(
	request: FakeRequest,
	behaviour: FakeBehaviour,
	response: ServerResponse,
): void {
	response.setHeader("x-request-id", `req-${request.index}`);
	response.setHeader("request-id", `req-${request.index}`);
	switch (behaviour.kind) {
		case "drop":
			response.socket?.destroy();
			return;
		case "drop-mid-body":
		case "stall-mid-body": {
			const whole = JSON.stringify(complete(request, { kind: "reply" }));
			response.writeHead(200, {
				"content-type": "application/json",
				"content-length": Buffer.byteLength(whole),
			});
			response.write(whole.slice(0, whole.length / 2), () => {
				if (behaviour.kind === "drop-mid-body") response.socket?.destroy();
			});
			return;
		}
		case "status":
			for (const [name, value] of Object.entries(behaviour.headers ?? {}))
				response.setHeader(name, value);
			send(response, behaviour.status, errorBody(request, behaviour));
			return;
		case "body":
			response.writeHead(200, {
				"content-type": behaviour.type ?? "application/json",
			});
			response.end(behaviour.text);
			return;
		default:
			send(response, 200, complete(request, behaviour));
	}
}

export function send(
	response: ServerResponse,
	status: number,
	body: unknown,
): void {
	if (response.headersSent || response.destroyed) return;
	response.writeHead(status, { "content-type": "application/json" });
	response.end(JSON.stringify(body));
}

function errorBody(
	request: FakeRequest,
	{
		status,
		message = `scripted ${status}`,
		code,
	}: {
		readonly status: number;
		readonly message?: string;
		readonly code?: string;
	},
): unknown {
	return request.protocol === "anthropic"
		? { type: "error", error: { type: code ?? "api_error", message } }
		: { error: { message, type: "error", code: code ?? null } };
}

function complete(request: FakeRequest, behaviour: FakeBehaviour): unknown {
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
	const text =
		behaviour.kind === "reply"
			? (behaviour.text ?? answerFromRequest(request.messages, request.schema))
			: behaviour.kind === "truncated"
				? behaviour.text
				: behaviour.kind === "refused"
					? (behaviour.text ?? "I cannot help with that.")
					: "";
	const counts = {
		input: request.messages.reduce(
			(sum, { content }) => sum + content.length,
			0,
		),
		output: text.length,
	};
	return request.protocol === "openai"
		? openAiReply(request, behaviour.kind, text, counts)
		: anthropicReply(request, behaviour.kind, text, counts);
}

type Counts = { readonly input: number; readonly output: number };

function openAiReply(
	request: FakeRequest,
	kind: FakeBehaviour["kind"],
	text: string,
	counts: Counts,
): unknown {
	const reasons: Partial<Record<FakeBehaviour["kind"], string>> = {
		truncated: "length",
		filtered: "content_filter",
	};
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
			},
		],
		usage: {
			prompt_tokens: counts.input,
			completion_tokens: counts.output,
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
