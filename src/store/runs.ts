/** Runs: started, resumed, finished, locked, tagged, removed. */
import { z } from "zod";
import { StoreError } from "../errors.ts";
import type { Connection } from "./connection.ts";
import { neuronCopier, runDeriver } from "./derive-run.ts";
import { takeLock } from "./locks.ts";
import { runRemover } from "./remove-run.ts";
import { parseRow, toJson } from "./rows.ts";
import { findRunByKey } from "./run-keys.ts";
import { unknownRun } from "./run-names.ts";
import type { RunMethods } from "./store.ts";
import { tagMethods } from "./tags.ts";

export function runMethods(connection: Connection): RunMethods {
	const { database, directory, now, read, write } = connection;
	const startRun = runStarter(connection);
	const finish = database.prepare(
		"UPDATE runs SET status = @status, finished_at = @at, counts = @counts, timings = @timings WHERE id = @id",
	);
	const setOwner = database.prepare(
		"UPDATE runs SET locked_by = ? WHERE id = ?",
	);
	const owner = database.prepare(
		"SELECT locked_by AS pid FROM runs WHERE id = ?",
	);
	const remove = runRemover(connection);

	const lock = (id: string): (() => void) => {
		const row = read(() => owner.get(id));
		if (row === undefined) throw unknownRun(connection, id);
		const release = takeLock(directory, id);
		if (release !== undefined) return release;
		const { pid } = parseRow(ownerRow, row, "runs");
		throw new StoreError(
			`another audio-dissect is working on run ${id}${pid === null ? "" : ` (process ${pid})`}`,
			{
				code: "run_locked",
				hint: "Wait until it is done, or stop it; what it has committed is kept.",
				evidence: { run: id, pid },
			},
		);
	};

	return {
		startRun,
		deriveRun: runDeriver(connection),
		copyNeurons: neuronCopier(connection),
		finishRun: (id, status, counts, timings) => {
			const row = {
				id,
				status,
				at: now(),
				counts: toJson(counts, "the counts of a run"),
				timings: toJson(timings, "the timings of a run"),
			};
			write(() => {
				if (finish.run(row).changes === 0) throw unknownRun(connection, id);
			});
		},
		lockRun: (id, { pid }) => {
			const release = lock(id);
			try {
				write(() => setOwner.run(pid, id));
			} catch (error) {
				release();
				throw error;
			}
			return release;
		},
		removeRun: async (id, { signal } = {}) => {
			const release = lock(id);
			try {
				await remove(id, signal);
			} finally {
				release();
			}
		},
		...tagMethods(connection),
	};
}

const ownerRow = z.object({ pid: z.number().nullable() });

function runStarter(connection: Connection): RunMethods["startRun"] {
	const { database, now, write } = connection;
	const known = findRunByKey(connection);
	const insert = database.prepare(`
		INSERT INTO runs (id, key, sequence, status, started_at, resolved, as_passed, tool_version, seeds, network, probe_set,
			recording, concept_set_name, concept_set_hash, neurons)
		SELECT @id, @key, coalesce(max(sequence), 0) + 1, 'running', @at, @resolved, @asPassed, @toolVersion, @seeds, @networkId,
			@probeSetHash, @recordingId, @conceptSetName, @conceptSetHash, @neurons FROM runs`);
	const insertLayer = database.prepare(
		"INSERT INTO run_layers (run, position, name, units, pooling) VALUES (?, ?, ?, ?, ?)",
	);
	return (run) => {
		const row = {
			key: run.key,
			at: now(),
			resolved: toJson(run.resolved, "a run's config"),
			asPassed: toJson(run.asPassed, "a run's config as passed"),
			toolVersion: run.toolVersion,
			seeds: toJson(run.seeds, "a run's seeds"),
			networkId: run.networkId,
			probeSetHash: run.probeSetHash,
			recordingId: run.recordingId,
			conceptSetName: run.conceptSet.name,
			conceptSetHash: run.conceptSet.hash,
			neurons:
				run.neurons === undefined
					? null
					: toJson(run.neurons, "a run's neurons"),
		};
		return write(() => {
			const { id, resumed } = known(run.key);
			if (resumed) return { id, resumed };
			insert.run({ ...row, id });
			for (const [position, layer] of run.layers.entries())
				insertLayer.run(id, position, layer.name, layer.units, layer.pooling);
			return { id, resumed };
		});
	};
}
