/** `audio-dissect cache stats`, `export`, `import`, `prune`. */
import { resolve } from "node:path";
import { ConfigError } from "../../errors.ts";
import { recordedKey } from "../../llm/recorded-key.ts";
import { exportCache } from "../../store/cache-file.ts";
import { type CacheImport, importCache } from "../../store/cache-file-read.ts";
import type { CacheStats, PruneResult, PruneRule } from "../../store/store.ts";
import { exitCodes } from "../exit.ts";
import { bytes, plural, table } from "../format.ts";
import type { Session } from "../session.ts";
import { type StoreOptions, withStore } from "../with-store.ts";

/** Refused lines that are printed. */
const SHOWN = 20;

export function cacheStats(
	session: Session,
	options: StoreOptions,
): Promise<number> {
	return withStore(session, options, (store) => {
		const stats = store.cacheStats();
		session.result({ store: store.directory, ...stats }, () =>
			[`store       ${store.directory}`, ...statsLines(stats)].join("\n"),
		);
		return exitCodes.done;
	});
}

function statsLines({
	calls,
	embeddings,
	judgements,
	fileBytes,
}: CacheStats): string[] {
	const vectors = embeddings.reduce((sum, one) => sum + one.vectors, 0);
	return [
		`on disk     ${bytes(fileBytes)}`,
		`calls       ${plural(
			calls.reduce((sum, one) => sum + one.calls, 0),
			"call",
		)}`,
		`embeddings  ${plural(vectors, "vector")} of ${plural(embeddings.length, "encoder")}, ${bytes(embeddings.reduce((sum, one) => sum + one.bytes, 0))}`,
		`words       ${plural(judgements, "verdict")} of the acoustic filter`,
		...(calls.length === 0
			? []
			: [
					"",
					table(
						[
							"operation",
							"model",
							"server",
							"outcome",
							"calls",
							"rejected",
							"tokens in",
							"tokens out",
							"size",
						],
						calls.map((one) => [
							one.operation,
							`${one.provider}/${one.model}`,
							one.baseUrl,
							one.outcome,
							one.calls.toLocaleString("en-GB"),
							one.rejected.toLocaleString("en-GB"),
							one.inputTokens?.toLocaleString("en-GB") ?? "not said",
							one.outputTokens?.toLocaleString("en-GB") ?? "not said",
							bytes(one.bytes),
						]),
					),
				]),
	];
}

export function exportCacheFile(
	session: Session,
	options: StoreOptions & {
		readonly file: string;
		readonly embeddings: boolean;
	},
): Promise<number> {
	return withStore(session, options, async (store) => {
		const file = resolve(options.file);
		const counts = await exportCache({
			store,
			file,
			embeddings: options.embeddings,
			signal: session.signal,
			onProgress: session.progress.onProgress,
		});
		session.result(
			{ file, ...counts },
			() =>
				`${file}: ${plural(counts.calls, "call")}, ${plural(counts.judgements, "verdict")} of the acoustic filter, ${options.embeddings ? plural(counts.embeddings, "embedding") : "no embeddings (--embeddings adds them)"}`,
		);
		return exitCodes.done;
	});
}

export function importCacheFile(
	session: Session,
	options: StoreOptions & { readonly file: string },
): Promise<number> {
	return withStore(session, { ...options, write: true }, async (store) => {
		const imported = await importCache({
			store,
			file: resolve(options.file),
			keyOf: recordedKey,
			signal: session.signal,
			onProgress: session.progress.onProgress,
		});
		session.result({ store: store.directory, ...imported }, () =>
			importText(imported),
		);
		return imported.refused.length === 0
			? exitCodes.done
			: exitCodes.incomplete;
	});
}

function importText(imported: CacheImport): string {
	const { calls, judgements, embeddings, refused } = imported;
	return [
		`calls       ${plural(calls.new, "new call")}, ${calls.known} known, ${calls.not_needed} not needed (the store has its own reply)`,
		`embeddings  ${embeddings}`,
		`words       ${plural(judgements, "verdict")} of the acoustic filter`,
		...(refused.length === 0
			? []
			: [
					`refused     ${plural(refused.length, "line")}`,
					...refused
						.slice(0, SHOWN)
						.map(({ line, message }) => `  - line ${line}: ${message}`),
					...(refused.length > SHOWN
						? [`  ... and ${refused.length - SHOWN} more (--json has all)`]
						: []),
				]),
	].join("\n");
}

export function pruneCache(
	session: Session,
	options: StoreOptions & {
		readonly failed: boolean;
		/** Days. */
		readonly olderThan?: string;
		readonly operation: readonly string[];
		readonly yes: boolean;
	},
): Promise<number> {
	const rule: PruneRule = {
		failed: options.failed,
		before:
			options.olderThan === undefined
				? null
				: daysBefore(session.now(), options.olderThan),
		operations: options.operation.length === 0 ? null : options.operation,
	};
	return withStore(session, { ...options, write: options.yes }, (store) => {
		const result = options.yes
			? store.pruneCalls(rule)
			: store.countPrunable(rule);
		session.result({ deleted: options.yes, ...result }, () =>
			pruneText(result, options.yes),
		);
		return exitCodes.done;
	});
}

function daysBefore(now: string, days: string): string {
	const count = Number(days);
	if (days.trim() === "" || !Number.isFinite(count) || count < 0)
		throw new ConfigError(
			`--older-than: expected a number of days from 0 up, got "${days}"`,
			{ code: "option_invalid", hint: "For example: --older-than 30" },
		);
	return new Date(Date.parse(now) - count * 86_400_000).toISOString();
}

function pruneText(result: PruneResult, deleted: boolean): string {
	const { calls, judgements } = result;
	const what = `${plural(calls, "call")} that no run is linked to, ${bytes(result.bytes)}, and ${plural(judgements, "verdict")} of the acoustic filter that rest on them`;
	return deleted
		? `deleted ${what}`
		: `${what}, would be deleted; --yes deletes them, and what is asked again then is paid for again`;
}
