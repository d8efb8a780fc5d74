/** The batch APIs of the fake server: OpenAI's files and batches, Anthropic's Message Batches. Only node: imports. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { download } from "./fake-llm-batch-download.ts";
import {
	anthropicBatch,
	type FakeBatch,
	type FakeBatchScript,
	type FakeBatchState,
	openAiBatch,
	uploaded,
} from "./fake-llm-batch-views.ts";
import { send } from "./fake-llm-protocols.ts";

/** `lose`: taken, but the answer never arrives; `drop`: not taken, and no answer; `refuse`: HTTP 400. */
type FakeSubmission = "take" | "lose" | "drop" | "refuse";

export type FakeBatches = {
	readonly batches: readonly FakeBatch[];
	/** Bodies that were submitted more than once. */
	duplicates(): number;
	/** From now on. Default: every batch has ended. */
	setState(state: (batch: FakeBatch) => FakeBatchState): void;
	/** False: the list of batches is answered HTTP 404. Default: true. */
	setListing(listing: boolean): void;
	setSubmission(
		next: (count: number) => FakeSubmission | Promise<FakeSubmission>,
	): void;
	/** True when the request was one of these APIs'. */
	handle(
		incoming: IncomingMessage,
		text: string,
		response: ServerResponse,
	): Promise<boolean>;
};

// biome-ignore lint/suspicious/noExplicitAny: a test double reads whatever was sent
type Loose = any;

export function createFakeBatches(script: FakeBatchScript): FakeBatches {
	const batches: FakeBatch[] = [];
	const files = new Map<string, string>();
	let stateOf: (batch: FakeBatch) => FakeBatchState = () => ({
		status: "ended",
	});
	let submission: Parameters<FakeBatches["setSubmission"]>[0] = () => "take";
	let submissions = 0;
	let listing = true;

	const take = async (
		response: ServerResponse,
		batch: () => FakeBatch,
		shown: (batch: FakeBatch) => unknown,
	): Promise<void> => {
		const what = await submission(submissions);
		submissions += 1;
		if (what === "refuse") {
			send(response, 400, { error: { message: "scripted refusal" } });
			return;
		}
		if (what === "drop") {
			response.socket?.destroy();
			return;
		}
		const taken = batch();
		batches.push(taken);
		if (what === "lose") response.socket?.destroy();
		else send(response, 200, shown(taken));
	};

	const shownByOpenAi = (batch: FakeBatch): unknown =>
		openAiBatch(batch, stateOf(batch), batches.indexOf(batch));
	const shownByAnthropic = (batch: FakeBatch): unknown =>
		anthropicBatch(batch, stateOf(batch));

	const list = (
		url: URL,
		response: ServerResponse,
		own: (batch: FakeBatch) => boolean,
		cursor: string,
		shown: (batch: FakeBatch) => unknown,
	): void => {
		const all = batches.filter(own).reverse();
		const after = url.searchParams.get(cursor);
		const from = all.findIndex(({ id }) => id === after) + 1;
		// Short pages, so that there are several.
		const page = all.slice(from, from + 2);
		send(response, 200, {
			object: "list",
			data: page.map(shown),
			has_more: from + page.length < all.length,
			first_id: page[0]?.id ?? null,
			last_id: page.at(-1)?.id ?? null,
		});
	};

	const isAnthropic = ({ protocol }: FakeBatch) => protocol === "anthropic";

	const openAi = async (
		method: string,
		url: URL,
		text: string,
		response: ServerResponse,
	): Promise<boolean> => {
		if (url.pathname === "/v1/files" && method === "POST") {
			const id = `file-${files.size}`;
			files.set(id, uploaded(text));
			send(response, 200, { id, object: "file", purpose: "batch" });
			return true;
		}
		const content = /^\/v1\/files\/(output|error)-(.+)\/content$/.exec(
			url.pathname,
		);
		if (content !== null) {
			const batch = batches.find(({ id }) => id === content[2]);
			if (batch === undefined) return false;
			const isError = (line: Loose) =>
				line !== null && line.response?.status_code !== 200;
			await download({
				batch,
				stateOf,
				script,
				response,
				wanted: (line) => isError(line) === (content[1] === "error"),
			});
			return true;
		}
		if (url.pathname === "/v1/batches" && method === "POST") {
			const body: Loose = JSON.parse(text);
			await take(
				response,
				() => ({
					id: `batch_${batches.length}`,
					protocol: body.endpoint === "/v1/responses" ? "responses" : "openai",
					lines: (files.get(body.input_file_id) ?? "")
						.split("\n")
						.filter((line) => line !== "")
						.map((line) => JSON.parse(line))
						.map((line: Loose) => ({
							customId: line.custom_id,
							body: line.body,
						})),
					metadata: body.metadata ?? null,
					downloads: 0,
				}),
				shownByOpenAi,
			);
			return true;
		}
		if (url.pathname === "/v1/batches" && listing) {
			list(
				url,
				response,
				(batch) => !isAnthropic(batch),
				"after",
				shownByOpenAi,
			);
			return true;
		}
		return one(url, /^\/v1\/batches\/([^/]+)$/, (batch) =>
			send(response, 200, shownByOpenAi(batch)),
		);
	};

	const one = async (
		{ pathname }: URL,
		pattern: RegExp,
		answer: (batch: FakeBatch) => unknown,
	): Promise<boolean> => {
		const id = pattern.exec(pathname)?.[1];
		const batch = batches.find((known) => known.id === id);
		if (batch === undefined || stateOf(batch).status === "unknown")
			return false;
		await answer(batch);
		return true;
	};

	const anthropic = async (
		method: string,
		url: URL,
		text: string,
		response: ServerResponse,
	): Promise<boolean> => {
		const path = "/v1/messages/batches";
		if (url.pathname === path && method === "POST") {
			const { requests }: Loose = JSON.parse(text);
			await take(
				response,
				() => ({
					id: `msgbatch_${batches.length}`,
					protocol: "anthropic",
					lines: requests.map((line: Loose) => ({
						customId: line.custom_id,
						body: line.params,
					})),
					metadata: null,
					downloads: 0,
				}),
				shownByAnthropic,
			);
			return true;
		}
		if (url.pathname === path && listing) {
			list(url, response, isAnthropic, "after_id", shownByAnthropic);
			return true;
		}
		return (
			(await one(url, /^\/v1\/messages\/batches\/([^/]+)\/results$/, (batch) =>
				download({ batch, stateOf, script, response, wanted: () => true }),
			)) ||
			one(url, /^\/v1\/messages\/batches\/([^/]+)$/, (batch) =>
				send(response, 200, shownByAnthropic(batch)),
			)
		);
	};

	return {
		batches,
		duplicates: () => {
			const bodies = batches.flatMap(({ lines }) =>
				lines.map(({ body }) => JSON.stringify(body)),
			);
			return bodies.length - new Set(bodies).size;
		},
		setState: (next) => {
			stateOf = next;
		},
		setListing: (next) => {
			listing = next;
		},
		setSubmission: (next) => {
			submission = next;
			submissions = 0;
		},
		handle: async (incoming, text, response) => {
			const url = new URL(incoming.url ?? "", "http://fake");
			const api = url.pathname.startsWith("/v1/messages/batches")
				? anthropic
				: openAi;
			return api(incoming.method ?? "GET", url, text, response);
		},
	};
}
