import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { exportCache } from "../../src/store/cache-file.ts";
import { importCache } from "../../src/store/cache-file-read.ts";
import type { Store } from "../../src/store/store.ts";
import {
	NOW,
	temporaryFolder,
	temporaryStore,
} from "../support/temporary-store.ts";
import { FAILURE, sampleCall } from "./samples.ts";

/** Keys of these tests are what this makes of a call. */
const keyOf = ({
	model,
	sampleIndex,
}: {
	model: string;
	sampleIndex: number;
}) => `${model} ${sampleIndex}`;
const call = (sampleIndex: number, changes = {}) =>
	sampleCall({ key: `small ${sampleIndex}`, sampleIndex, ...changes });

const SERVER = {
	provider: "openai",
	api: "chat",
	baseUrl: "http://localhost:1/v1",
	model: "small",
};

function filledStore(): Store {
	const store = temporaryStore();
	store.recordCall(call(0, { reply: 'text with "quotes"\nand lines  \0' }));
	const rejected = store.recordCall(call(1));
	store.rejectCalls([rejected], "invalid twice");
	store.recordCall(
		call(2, { outcome: "error", reply: null, error: FAILURE, httpStatus: 500 }),
	);
	store.putJudgements("judge", [
		{ lemma: "loud", acoustic: true, callId: 1 },
		{ lemma: "wooden", acoustic: false, callId: null },
	]);
	store.putCapability(SERVER, "structuredOutput", "json");
	store.putEmbeddings("encoder", [
		{ textHash: "hash", vector: new Float32Array([0.5, -1e-30, 3]) },
	]);
	return store;
}

const contents = (store: Store) => ({
	calls: [...store.allCalls()].map(({ id: _, ...rest }) => rest),
	judgements: [...store.allJudgements()],
	capabilities: store.allCapabilities(),
	embeddings: [...store.allEmbeddings()],
});

const file = (name: string) => join(temporaryFolder(), name);

async function exported(store: Store, name = "cache.jsonl"): Promise<string> {
	const path = file(name);
	await exportCache({ store, file: path, embeddings: true });
	return path;
}

describe("a cache file", () => {
	test.each(["cache.jsonl", "cache.jsonl.gz"])(
		"%s takes everything from one store to another, and a second time nothing",
		async (name) => {
			const store = filledStore();
			const path = file(name);
			expect(
				await exportCache({ store, file: path, embeddings: true }),
			).toEqual({ calls: 3, judgements: 1, embeddings: 1 });
			const other = temporaryStore();
			expect(await importCache({ store: other, file: path, keyOf })).toEqual({
				calls: { new: 3, known: 0, not_needed: 0 },
				judgements: 1,
				embeddings: 1,
				refused: [],
			});
			expect(contents(other)).toEqual(contents(store));
			expect(
				await importCache({ store: other, file: path, keyOf }),
			).toMatchObject({ calls: { new: 0, known: 3 }, refused: [] });
			expect(contents(other)).toEqual(contents(store));
			// Also into the store it came from.
			expect(await importCache({ store, file: path, keyOf })).toMatchObject({
				calls: { new: 0, known: 3 },
			});
		},
	);

	test("is the same bytes each time, and without embeddings unless they are wanted", async () => {
		const store = filledStore();
		const first = await exported(store, "a.gz");
		const second = await exported(store, "b.gz");
		expect(readFileSync(first).equals(readFileSync(second))).toBe(true);
		const plain = file("plain.jsonl");
		expect(
			await exportCache({ store, file: plain, embeddings: false }),
		).toMatchObject({ embeddings: 0 });
		const lines = readFileSync(plain, "utf8").trimEnd().split("\n");
		expect(lines).toHaveLength(7);
		expect(lines[0]).toBe('{"audioDissectCache":1}');
		expect(gunzipSync(readFileSync(first)).toString()).toContain(
			'{"embedding":',
		);
	});

	test("leaves what a store has found out about a server itself", async () => {
		const other = temporaryStore();
		other.putCapability(SERVER, "structuredOutput", "schema");
		const path = await exported(filledStore());
		await importCache({ store: other, file: path, keyOf });
		expect(other.readCapabilities(SERVER).get("structuredOutput")).toBe(
			"schema",
		);
	});

	test("holds more than one block", async () => {
		const store = temporaryStore();
		store.importCalls(
			Array.from({ length: 1203 }, (_, index) => ({
				...call(index),
				at: NOW,
				rejected: null,
			})),
		);
		const other = temporaryStore();
		const done: number[] = [];
		const result = await importCache({
			store: other,
			file: await exported(store),
			keyOf,
			onProgress: (progress) => done.push(progress.done),
		});
		expect(result.calls.new).toBe(1203);
		expect(done.length).toBeGreaterThan(1);
		expect(contents(other)).toEqual(contents(store));
	});
});

describe("what is not taken over", () => {
	const change = async (
		edit: (lines: string[]) => string[],
	): Promise<{ path: string; store: Store }> => {
		const path = await exported(filledStore());
		const lines = readFileSync(path, "utf8").trimEnd().split("\n");
		writeFileSync(path, `${edit(lines).join("\n")}\n`);
		return { path, store: temporaryStore() };
	};

	test("a reply under the key of another request is never served", async () => {
		const { path, store } = await change((lines) =>
			lines.map((line) => line.replace('"key":"small 0"', '"key":"small 7"')),
		);
		const result = await importCache({ store, file: path, keyOf });
		expect(result.refused).toEqual([
			{
				line: 2,
				message: "call 1: expected the key of its own request, got small 7",
			},
		]);
		expect(result).toMatchObject({ calls: { new: 2 }, judgements: 0 });
		expect(store.findCall("small 7")).toBeUndefined();
		expect(store.findCall("small 0")).toBeUndefined();
		// Nor a verdict that rests on it.
		expect(store.getJudgements("judge", ["loud"]).size).toBe(0);
	});

	test("a request that keyOf does not know is refused", async () => {
		const { path, store } = await change((lines) => lines);
		const result = await importCache({ store, file: path, keyOf: () => null });
		expect(result.refused.map(({ line }) => line)).toEqual([2, 3, 4]);
		expect(contents(store).calls).toEqual([]);
	});

	test.each([
		["no JSON", "{broken", "expected JSON"],
		["a field too many", '{"call":{"secret":1}}', /^expected a call/],
		[
			"a broken vector",
			'{"embedding":{"embedder":"e","textHash":"t","vector":"AAA="}}',
			/float32/,
		],
	])("a line with %s; the others are", async (_, line, message) => {
		const { path, store } = await change((lines) => [
			...lines.slice(0, 1),
			line,
			...lines.slice(1),
		]);
		const result = await importCache({ store, file: path, keyOf });
		expect(result.refused).toEqual([
			{
				line: 2,
				message:
					message instanceof RegExp ? expect.stringMatching(message) : message,
			},
		]);
		expect(result.calls.new).toBe(3);
	});

	test("the end of a file that was cut is missed", async () => {
		const { path, store } = await change((lines) => lines.slice(0, 3));
		const result = await importCache({ store, file: path, keyOf });
		expect(result.calls.new).toBe(2);
		expect(result.refused).toEqual([
			{ line: 4, message: expect.stringMatching(/^the file was cut/) },
		]);
	});

	test("lines that were taken out are missed", async () => {
		const { path, store } = await change((lines) => lines.toSpliced(2, 1));
		const result = await importCache({ store, file: path, keyOf });
		expect(result.refused).toEqual([
			{
				line: 8,
				message:
					"lines are missing: expected 3 calls, 1 judgements, 1 embeddings, got 2 calls, 1 judgements, 1 embeddings",
			},
		]);
	});

	test("a gzip file that was cut gives what can be read", async () => {
		const path = await exported(filledStore(), "cache.gz");
		const whole = readFileSync(path);
		writeFileSync(path, whole.subarray(0, whole.length - 20));
		const result = await importCache({
			store: temporaryStore(),
			file: path,
			keyOf,
		});
		expect(result.refused.at(-1)?.message).toBe(
			"the file is damaged from here on",
		);
	});

	test.each([
		["nothing", ""],
		["something else", "clip,caption\n"],
		["a gzip of something else", gzipSync("hello\n")],
	])("a file that is %s", async (_, text) => {
		const path = file("other");
		writeFileSync(path, text);
		await expect(
			importCache({ store: temporaryStore(), file: path, keyOf }),
		).rejects.toMatchObject({ code: "cache_file_invalid" });
	});

	test("a newer file, and one that is not there", async () => {
		const path = file("newer");
		writeFileSync(path, '{"audioDissectCache":2}\n');
		const store = temporaryStore();
		await expect(
			importCache({ store, file: path, keyOf }),
		).rejects.toMatchObject({
			code: "cache_file_invalid",
			message: expect.stringContaining("version 2"),
		});
		await expect(
			importCache({ store, file: `${path}x`, keyOf }),
		).rejects.toMatchObject({ code: "cache_file_unreadable" });
	});

	test("nothing after an interruption, and no half file", async () => {
		const store = filledStore();
		const path = file("cache.jsonl");
		const signal = AbortSignal.abort();
		await expect(
			exportCache({ store, file: path, embeddings: false, signal }),
		).rejects.toMatchObject({ code: "interrupted" });
		expect(() => readFileSync(path)).toThrow(/ENOENT/);
		await expect(
			importCache({ store, file: await exported(store), keyOf, signal }),
		).rejects.toMatchObject({ code: "interrupted" });
	});
});
