/** What the fake server reads and writes: OpenAI Chat Completions, Responses and embeddings, Anthropic Messages. Only node: imports. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { FakeMessage } from "./fake-llm-answers.ts";
import { complete } from "./fake-llm-replies.ts";

export type FakeRequest = {
	/** Order of arrival, from 0. A retry by the SDK is a request of its own. */
	readonly index: number;
	readonly protocol: "openai" | "responses" | "anthropic" | "embeddings";
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
	/** Chat Completions with log-probabilities: the likeliest first tokens, best first. */
	| {
			readonly kind: "logprobs";
			readonly top: readonly {
				readonly token: string;
				readonly logprob: number;
			}[];
	  }
	/** As a server answers that does not know the parameter `logprobs`. */
	| { readonly kind: "reply-without-logprobs" }
	/** Responses: HTTP 200 with status "failed". */
	| { readonly kind: "failed"; readonly message: string }
	/** An HTTP error. `message` may hold what a careless server echoes. */
	| {
			readonly kind: "status";
			readonly status: number;
			readonly message?: string;
			readonly code?: string;
			readonly headers?: Readonly<Record<string, string>>;
			/** In place of the protocol's own error body: JSON, or a text as it is. */
			readonly body?: unknown;
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
	"/v1/responses": "responses",
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
	return requestOf(protocol, JSON.parse(text), index, incoming.headers);
}

/** The request that a body makes, sent by itself or in a batch. */
export function requestOf(
	protocol: FakeRequest["protocol"],
	body: Loose,
	index: number,
	headers: FakeRequest["headers"],
): FakeRequest {
	const system =
		body.system === undefined ? [] : [{ role: "system", content: body.system }];
	return {
		index,
		protocol,
		model: body.model,
		messages: [
			...system,
			...((protocol === "responses" ? body.input : body.messages) ?? []),
		],
		schema:
			body.response_format?.json_schema?.schema ??
			body.text?.format?.schema ??
			body.output_config?.format?.schema ??
			null,
		texts: protocol === "embeddings" ? [body.input].flat() : [],
		body,
		headers,
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
			if (typeof behaviour.body === "string") {
				response.writeHead(behaviour.status, { "content-type": "text/html" });
				response.end(behaviour.body);
				return;
			}
			send(
				response,
				behaviour.status,
				behaviour.body ?? errorBody(request, behaviour),
			);
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
