/** What batches of the fake server look like: the batch itself and the lines of its results. Only node: imports. */
import {
	type FakeBehaviour,
	type FakeRequest,
	requestOf,
} from "./fake-llm-protocols.ts";
import { complete } from "./fake-llm-replies.ts";

export type FakeBatchScript = (
	request: FakeRequest,
) => FakeBehaviour | Promise<FakeBehaviour>;

export type FakeBatch = {
	readonly id: string;
	readonly protocol: "openai" | "responses" | "anthropic";
	/** In order of submission. */
	readonly lines: readonly {
		readonly customId: string;
		readonly body: Readonly<Record<string, unknown>>;
	}[];
	readonly metadata: Readonly<Record<string, string>> | null;
	/** Times its results were downloaded. */
	downloads: number;
};

/** What a batch is like when somebody looks. */
export type FakeBatchState = {
	/** `ended` is OpenAI's `completed`; `failed`: refused as a whole (OpenAI). */
	readonly status:
		| "in_progress"
		| "ended"
		| "expired"
		| "cancelled"
		| "failed"
		/** The server does not know it (HTTP 404). */
		| "unknown"
		/** OpenAI's further names for one that has not ended. */
		| "validating"
		| "finalizing"
		| "cancelling";
	/** Default: all are answered, as the server's script says. `missing`: no line of the results mentions it; `odd`: one of no known shape; `timeout`: OpenAI's own, Anthropic's kind of error. */
	readonly line?: (
		index: number,
	) => "answered" | "expired" | "cancelled" | "missing" | "odd" | "timeout";
	/** Lines that follow the others, as they are. */
	readonly extra?: readonly string[];
	/** `cut`: half of it, then the connection breaks; `cut-line`: it ends, as if all were well, in the middle of a line; `cut-between`: after half of the lines; `gone`: HTTP 404. */
	readonly download?: "whole" | "cut" | "cut-line" | "cut-between" | "gone";
	/** Why it failed as a whole (OpenAI). */
	readonly errors?: readonly object[];
	/** A file that there is none of has an empty name (OpenAI, as some servers do). */
	readonly emptyNames?: boolean;
	/** Held back after half of it until this settles. */
	readonly halfway?: Promise<void>;
};

/** One line of the results; null: none. */
export async function resultLine(
	batch: FakeBatch,
	index: number,
	state: FakeBatchState,
	script: FakeBatchScript,
): Promise<unknown> {
	const { customId, body } = batch.lines[index] as FakeBatch["lines"][number];
	const fate = state.line?.(index) ?? "answered";
	if (fate === "missing") return null;
	const anthropic = batch.protocol === "anthropic";
	if (fate === "odd")
		return { custom_id: customId, outcome: { kind: "something new" } };
	if (fate === "timeout")
		return anthropic
			? {
					custom_id: customId,
					result: {
						type: "errored",
						error: {
							type: "error",
							error: { type: "timeout_error", message: "it took too long" },
							request_id: `line-${index}`,
						},
					},
				}
			: {
					custom_id: customId,
					response: null,
					error: { code: "request_timeout", message: "it took too long" },
				};
	if (fate !== "answered")
		return anthropic
			? {
					custom_id: customId,
					result: { type: fate === "expired" ? fate : "canceled" },
				}
			: {
					custom_id: customId,
					response: null,
					error: { code: `batch_${fate}`, message: `it has ${fate}` },
				};
	const request = requestOf(batch.protocol, body, index, {});
	const behaviour = await script(request);
	if (behaviour.kind === "status") {
		const { status, code, message = "scripted" } = behaviour;
		return anthropic
			? {
					custom_id: customId,
					result: {
						type: "errored",
						error: {
							type: "error",
							error: { type: code ?? "api_error", message },
						},
					},
				}
			: {
					custom_id: customId,
					response: {
						status_code: status,
						request_id: `line-${index}`,
						body: { error: { message, code: code ?? null } },
					},
					error: null,
				};
	}
	const reply = complete(request, behaviour);
	return anthropic
		? { custom_id: customId, result: { type: "succeeded", message: reply } }
		: {
				custom_id: customId,
				response: {
					status_code: 200,
					request_id: `line-${index}`,
					body: reply,
				},
				error: null,
			};
}

/** A batch as OpenAI shows it. `number`: of the batch, in order of submission. */
export function openAiBatch(
	batch: FakeBatch,
	state: FakeBatchState,
	number: number,
): unknown {
	const { status } = state;
	const over = ["ended", "expired", "cancelled"].includes(status);
	const noFile = state.emptyNames === true ? "" : null;
	return {
		id: batch.id,
		object: "batch",
		endpoint:
			batch.protocol === "openai" ? "/v1/chat/completions" : "/v1/responses",
		status: status === "ended" ? "completed" : status,
		created_at: 4_000_000_000 + number,
		metadata: batch.metadata,
		output_file_id: over ? `output-${batch.id}` : null,
		error_file_id:
			over && state.emptyNames !== true ? `error-${batch.id}` : noFile,
		errors:
			status === "failed"
				? { data: state.errors ?? [{ message: "the model has no batches" }] }
				: null,
		request_counts: {
			total: batch.lines.length,
			completed: over ? batch.lines.length : 0,
			failed: 0,
		},
	};
}

/** A batch as Anthropic shows it. */
export function anthropicBatch(
	batch: FakeBatch,
	state: FakeBatchState,
): unknown {
	const ended = !["in_progress", "cancelling"].includes(state.status);
	const count = batch.lines.length;
	return {
		id: batch.id,
		type: "message_batch",
		processing_status: ended
			? "ended"
			: state.status === "cancelling"
				? "canceling"
				: "in_progress",
		created_at: "2096-01-01T00:00:00Z",
		request_counts: {
			processing: ended ? 0 : count,
			succeeded: ended ? count : 0,
			errored: 0,
			canceled: 0,
			expired: 0,
		},
	};
}

/** The file of a multipart form. */
export function uploaded(form: string): string {
	const boundary = form.slice(0, form.indexOf("\r\n"));
	const part = form
		.split(boundary)
		.find((text) => /name="file"; filename=/.test(text));
	return (part ?? "").replace(/^[\s\S]*?\r\n\r\n/, "").replace(/\r\n$/, "");
}
