/** How the fake server sends the results of a batch: whole, cut, or not at all. Only node: imports. */
import type { ServerResponse } from "node:http";
import {
	type FakeBatch,
	type FakeBatchScript,
	type FakeBatchState,
	resultLine,
} from "./fake-llm-batch-views.ts";
import { send } from "./fake-llm-protocols.ts";

/** Last request first: the order of results says nothing. `wanted`: of one file of several; also asked about null, for the lines that follow. */
export async function download(options: {
	readonly batch: FakeBatch;
	readonly stateOf: (batch: FakeBatch) => FakeBatchState;
	readonly script: FakeBatchScript;
	readonly response: ServerResponse;
	// biome-ignore lint/suspicious/noExplicitAny: a test double reads whatever was sent
	readonly wanted: (line: any) => boolean;
}): Promise<void> {
	const { batch, stateOf, script, response, wanted } = options;
	batch.downloads += 1;
	const { download: how = "whole", halfway, extra = [] } = stateOf(batch);
	if (how === "gone") {
		send(response, 404, { error: { message: "no such file" } });
		return;
	}
	const lines: string[] = [];
	for (let index = batch.lines.length - 1; index >= 0; index -= 1) {
		const line = await resultLine(batch, index, stateOf(batch), script);
		if (line !== null && wanted(line)) lines.push(JSON.stringify(line));
	}
	if (wanted(null)) lines.push(...extra);
	if (how === "cut-between") lines.length = Math.floor(lines.length / 2);
	const text = lines.map((line) => `${line}\n`).join("");
	const half = text.slice(0, Math.floor(text.length / 2));
	response.writeHead(200, { "content-type": "application/x-jsonl" });
	if (how === "cut-line") {
		response.end(text.slice(0, -10));
		return;
	}
	await new Promise<void>((resolve) => response.write(half, () => resolve()));
	if (how === "cut") {
		response.socket?.destroy();
		return;
	}
	await halfway;
	response.end(text.slice(half.length));
}
