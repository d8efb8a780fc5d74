/** A run made from another one: its inputs, neurons and some of its outcomes are copied inside the database. */
import type { Connection } from "./connection.ts";
import { LATEST } from "./descriptions.ts";
import { layerFinder } from "./layers.ts";
import { toJson } from "./rows.ts";
import { findRunByKey } from "./run-keys.ts";
import { unknownRun } from "./run-names.ts";
import type { RunMethods } from "./store.ts";

export function runDeriver(connection: Connection): RunMethods["deriveRun"] {
	const { database, now, write } = connection;
	const known = findRunByKey(connection);
	const insertRun = database.prepare(`
		INSERT INTO runs (id, key, sequence, status, started_at, resolved, as_passed, tool_version, seeds, network, probe_set,
			recording, concept_set_name, concept_set_hash, neurons, source)
		SELECT @id, @key, (SELECT max(sequence) FROM runs) + 1, 'running', @at, @resolved, @asPassed, @toolVersion, seeds, network,
			probe_set, recording, concept_set_name, concept_set_hash, neurons, id
		FROM runs WHERE id = @source`);
	const copyLayers = database.prepare(`
		INSERT INTO run_layers (run, position, name, units, pooling)
		SELECT @id, position, name, units, pooling FROM run_layers WHERE run = @source ORDER BY position`);
	return ({ source, key, ...run }) =>
		write(() => {
			const { id, resumed } = known(key);
			if (resumed) return { id, resumed };
			const inserted = insertRun.run({
				id,
				source,
				key,
				at: now(),
				resolved: toJson(run.resolved, "a run's config"),
				asPassed: toJson(run.asPassed, "a run's config as passed"),
				toolVersion: run.toolVersion,
			});
			if (inserted.changes === 0) throw unknownRun(connection, source);
			copyLayers.run({ id, source });
			return { id, resumed };
		});
}

export function neuronCopier(
	connection: Connection,
): RunMethods["copyNeurons"] {
	const { database, write } = connection;
	const findLayer = layerFinder(connection);
	const copyNeurons = database.prepare(`
		INSERT INTO neurons (layer, unit, status)
		SELECT @layer, o.unit, o.status FROM neurons o WHERE o.layer = @old AND o.unit >= @from AND o.unit < @to ORDER BY o.unit
		ON CONFLICT DO NOTHING`);
	/** Pairs of a neuron of the source and its copy. */
	const pairs = `FROM neurons o JOIN neurons c ON c.layer = @layer AND c.unit = o.unit`;
	const wanted = `o.layer = @old AND o.unit >= @from AND o.unit < @to`;
	const copyExemplars = database.prepare(`
		INSERT INTO exemplars (neuron, side, rank, position, activation)
		SELECT c.id, e.side, e.rank, e.position, e.activation ${pairs} JOIN exemplars e ON e.neuron = o.id WHERE ${wanted}
		ON CONFLICT DO NOTHING`);
	const outcomes = `${wanted} AND d.module IN (SELECT value FROM json_each(@modules)) AND ${LATEST}`;
	const copyDescriptions = database.prepare(`
		INSERT INTO descriptions (neuron, module, attempt, status, outcome, prompt_hash, model, at)
		SELECT c.id, d.module, 1, d.status, d.outcome, d.prompt_hash, d.model, d.at ${pairs} JOIN descriptions d ON d.neuron = o.id
		WHERE ${outcomes} ORDER BY o.unit, d.module
		ON CONFLICT DO NOTHING`);
	/** Pairs of a latest description of the source and its copy. */
	const descriptionPairs = `${pairs} JOIN descriptions d ON d.neuron = o.id
			JOIN descriptions copy ON copy.neuron = c.id AND copy.module = d.module`;
	const copyCalls = database.prepare(`
		INSERT INTO description_calls (description, position, call)
		SELECT copy.id, dc.position, dc.call ${descriptionPairs} JOIN description_calls dc ON dc.description = d.id
		WHERE ${outcomes} ON CONFLICT DO NOTHING`);
	const copyConcepts = database.prepare(`
		INSERT INTO concepts (description, kind, rank, lemma, score, support, acoustic, spelling)
		SELECT copy.id, k.kind, k.rank, k.lemma, k.score, k.support, k.acoustic, k.spelling
		${descriptionPairs} JOIN concepts k ON k.description = d.id
		WHERE ${outcomes} ON CONFLICT DO NOTHING`);
	return (run, { source, layer, from, count, modules }) =>
		write(() => {
			const block = {
				layer: findLayer(run, layer),
				old: findLayer(source, layer),
				from,
				to: from + count,
			};
			const { changes } = copyNeurons.run(block);
			// They came together.
			if (changes === 0) return 0;
			copyExemplars.run(block);
			const outcomes = { ...block, modules: JSON.stringify(modules) };
			copyDescriptions.run(outcomes);
			copyCalls.run(outcomes);
			copyConcepts.run(outcomes);
			return changes;
		});
}
