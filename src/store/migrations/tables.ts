/** Step 1: all tables of version 1. Shipped: never edited. */
const MODULES =
	"'closed-set','summarize','summary-calibration','open-set-extraction'";

export const tables = `
	-- Language model requests, whatever came of them. Insert-only.
	CREATE TABLE calls (
		id INTEGER PRIMARY KEY,
		key TEXT NOT NULL CHECK (length(key) > 0),
		attempt INTEGER NOT NULL CHECK (attempt >= 1),
		at TEXT NOT NULL,
		operation TEXT NOT NULL,
		provider TEXT NOT NULL,
		base_url TEXT NOT NULL,
		model TEXT NOT NULL,
		request TEXT NOT NULL CHECK (json_valid(request)),
		sample_index INTEGER NOT NULL,
		outcome TEXT NOT NULL CHECK (outcome IN ('ok','refused','truncated','filtered','empty','error')),
		reply TEXT,
		finish_reason TEXT,
		request_id TEXT,
		http_status INTEGER,
		input_tokens INTEGER,
		output_tokens INTEGER,
		milliseconds REAL NOT NULL,
		error TEXT CHECK (error IS NULL OR json_valid(error)),
		UNIQUE (key, attempt),
		CHECK (outcome <> 'ok' OR reply IS NOT NULL)
	) STRICT;
	CREATE TRIGGER calls_keep_update BEFORE UPDATE ON calls BEGIN SELECT RAISE(ABORT, 'calls are insert-only'); END;
	CREATE TRIGGER calls_keep_delete BEFORE DELETE ON calls BEGIN SELECT RAISE(ABORT, 'calls are insert-only'); END;

	-- Replies that turned out useless: never served again.
	CREATE TABLE call_rejections (
		call INTEGER PRIMARY KEY REFERENCES calls (id),
		reason TEXT NOT NULL,
		at TEXT NOT NULL
	) STRICT;

	-- float32, little-endian.
	CREATE TABLE embeddings (
		embedder TEXT NOT NULL,
		text_hash TEXT NOT NULL,
		vector BLOB NOT NULL CHECK (length(vector) > 0 AND length(vector) % 4 = 0),
		UNIQUE (embedder, text_hash)
	) STRICT;

	-- Verdicts of the acoustic filter.
	CREATE TABLE judgements (
		judge TEXT NOT NULL,
		lemma TEXT NOT NULL,
		acoustic INTEGER NOT NULL CHECK (acoustic IN (0, 1)),
		call INTEGER REFERENCES calls (id),
		PRIMARY KEY (judge, lemma)
	) STRICT, WITHOUT ROWID;

	CREATE TABLE prompts (
		hash TEXT PRIMARY KEY,
		name TEXT NOT NULL,
		version TEXT NOT NULL,
		source TEXT NOT NULL
	) STRICT;

	-- One row per ONNX file and descriptor.
	CREATE TABLE networks (
		id TEXT PRIMARY KEY,
		hash TEXT NOT NULL,
		name TEXT NOT NULL,
		descriptor TEXT NOT NULL CHECK (json_valid(descriptor)),
		layers TEXT NOT NULL CHECK (json_valid(layers))
	) STRICT;

	CREATE TABLE probe_sets (
		hash TEXT PRIMARY KEY,
		name TEXT NOT NULL,
		excluded TEXT NOT NULL CHECK (json_valid(excluded))
	) STRICT;

	-- path is absolute.
	CREATE TABLE clips (
		id INTEGER PRIMARY KEY,
		probe_set TEXT NOT NULL REFERENCES probe_sets (hash),
		name TEXT NOT NULL,
		path TEXT NOT NULL,
		hash TEXT NOT NULL,
		label TEXT,
		captions TEXT NOT NULL CHECK (json_valid(captions)),
		attributes TEXT NOT NULL CHECK (json_valid(attributes)),
		source_recording TEXT,
		UNIQUE (probe_set, name)
	) STRICT;

	-- path is relative to the store when inside it.
	CREATE TABLE recordings (
		id TEXT PRIMARY KEY,
		network_hash TEXT NOT NULL,
		probe_set TEXT NOT NULL REFERENCES probe_sets (hash),
		identity TEXT NOT NULL CHECK (json_valid(identity)),
		path TEXT NOT NULL,
		excluded TEXT NOT NULL CHECK (json_valid(excluded)),
		warnings TEXT NOT NULL CHECK (json_valid(warnings)),
		layers TEXT NOT NULL CHECK (json_valid(layers))
	) STRICT;

	CREATE TABLE recording_columns (
		recording TEXT NOT NULL REFERENCES recordings (id),
		position INTEGER NOT NULL CHECK (position >= 0),
		clip INTEGER NOT NULL REFERENCES clips (id),
		PRIMARY KEY (recording, position)
	) STRICT, WITHOUT ROWID;

	-- sequence grows with every start: the highest is the latest run. locked_by: process id of the last worker, for messages.
	CREATE TABLE runs (
		id TEXT PRIMARY KEY,
		key TEXT NOT NULL UNIQUE,
		sequence INTEGER NOT NULL UNIQUE,
		status TEXT NOT NULL CHECK (status IN ('running','complete','incomplete','interrupted')),
		started_at TEXT NOT NULL,
		finished_at TEXT,
		resolved TEXT NOT NULL CHECK (json_valid(resolved)),
		as_passed TEXT NOT NULL CHECK (json_valid(as_passed)),
		tool_version TEXT NOT NULL,
		seeds TEXT NOT NULL CHECK (json_valid(seeds)),
		network TEXT NOT NULL REFERENCES networks (id),
		probe_set TEXT NOT NULL REFERENCES probe_sets (hash),
		recording TEXT NOT NULL REFERENCES recordings (id),
		concept_set_name TEXT NOT NULL,
		concept_set_hash TEXT NOT NULL,
		neurons TEXT CHECK (neurons IS NULL OR json_valid(neurons)),
		counts TEXT CHECK (counts IS NULL OR json_valid(counts)),
		timings TEXT CHECK (timings IS NULL OR json_valid(timings)),
		locked_by INTEGER
	) STRICT;

	CREATE TABLE run_tags (
		tag TEXT PRIMARY KEY,
		run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE
	) STRICT;
	CREATE INDEX run_tags_run ON run_tags (run);

	CREATE TABLE run_layers (
		id INTEGER PRIMARY KEY,
		run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
		position INTEGER NOT NULL,
		name TEXT NOT NULL,
		units INTEGER NOT NULL,
		pooling TEXT NOT NULL,
		UNIQUE (run, position),
		UNIQUE (run, name)
	) STRICT;

	CREATE TABLE neurons (
		id INTEGER PRIMARY KEY,
		layer INTEGER NOT NULL REFERENCES run_layers (id) ON DELETE CASCADE,
		unit INTEGER NOT NULL CHECK (unit >= 0),
		status TEXT NOT NULL CHECK (json_valid(status)),
		UNIQUE (layer, unit)
	) STRICT;

	-- position: column of the recording.
	CREATE TABLE exemplars (
		neuron INTEGER NOT NULL REFERENCES neurons (id) ON DELETE CASCADE,
		side TEXT NOT NULL CHECK (side IN ('high','low')),
		rank INTEGER NOT NULL CHECK (rank >= 1),
		position INTEGER NOT NULL CHECK (position >= 0),
		activation REAL NOT NULL,
		PRIMARY KEY (neuron, side, rank)
	) STRICT, WITHOUT ROWID;

	-- outcome: the whole of it as JSON; status repeats its status.
	CREATE TABLE descriptions (
		id INTEGER PRIMARY KEY,
		neuron INTEGER NOT NULL REFERENCES neurons (id) ON DELETE CASCADE,
		module TEXT NOT NULL CHECK (module IN (${MODULES})),
		attempt INTEGER NOT NULL CHECK (attempt >= 1),
		status TEXT NOT NULL CHECK (status IN ('described','skipped','failed')),
		outcome TEXT NOT NULL CHECK (json_valid(outcome)),
		prompt_hash TEXT REFERENCES prompts (hash),
		model TEXT,
		at TEXT NOT NULL,
		UNIQUE (neuron, module, attempt)
	) STRICT;

	CREATE TABLE description_calls (
		description INTEGER NOT NULL REFERENCES descriptions (id) ON DELETE CASCADE,
		position INTEGER NOT NULL,
		call INTEGER NOT NULL REFERENCES calls (id),
		PRIMARY KEY (description, position)
	) STRICT, WITHOUT ROWID;

	-- The concepts of a description, flat.
	CREATE TABLE concepts (
		description INTEGER NOT NULL REFERENCES descriptions (id) ON DELETE CASCADE,
		kind TEXT NOT NULL CHECK (kind IN ('closed-set','adjective','noun','verb','preposition')),
		rank INTEGER NOT NULL CHECK (rank >= 1),
		lemma TEXT NOT NULL,
		score REAL,
		support INTEGER,
		acoustic TEXT CHECK (acoustic IN ('yes','no','unjudged')),
		PRIMARY KEY (description, kind, rank)
	) STRICT, WITHOUT ROWID;
	CREATE INDEX concepts_lemma ON concepts (lemma);

	CREATE TABLE evaluations (
		id INTEGER PRIMARY KEY,
		run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
		name TEXT NOT NULL,
		result TEXT NOT NULL CHECK (json_valid(result)),
		at TEXT NOT NULL
	) STRICT;
	CREATE INDEX evaluations_run ON evaluations (run, name);
	`;
