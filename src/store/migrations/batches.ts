/** Step: batches of calls, and what is needed to store each result when it comes. Shipped: never edited. */
export const batches = `
	-- Written before the batch is submitted. state: prepared (nobody knows yet whether it arrived), submitted, ended.
	CREATE TABLE batches (
		number INTEGER PRIMARY KEY,
		id TEXT NOT NULL UNIQUE,
		run TEXT REFERENCES runs (id) ON DELETE SET NULL,
		provider TEXT NOT NULL,
		api TEXT NOT NULL,
		base_url TEXT NOT NULL,
		model TEXT NOT NULL,
		remote_id TEXT,
		state TEXT NOT NULL CHECK (state IN ('prepared', 'submitted', 'ended')),
		status TEXT,
		prepared_at TEXT NOT NULL,
		ended_at TEXT
	) STRICT;
	CREATE INDEX batches_run ON batches (run);
	-- request is kept until the call is stored. worst_*: what counts against a budget until then; worst_usd is null when no price was known.
	CREATE TABLE batch_requests (
		batch INTEGER NOT NULL REFERENCES batches (number) ON DELETE CASCADE,
		custom_id TEXT NOT NULL,
		key TEXT NOT NULL,
		operation TEXT NOT NULL,
		request TEXT,
		sample_index INTEGER NOT NULL,
		worst_input INTEGER NOT NULL CHECK (worst_input >= 0),
		worst_output INTEGER NOT NULL CHECK (worst_output >= 0),
		worst_usd REAL CHECK (worst_usd >= 0),
		state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'expired', 'cancelled', 'refused', 'lost', 'not_sent')),
		call INTEGER REFERENCES calls (id) ON DELETE SET NULL,
		PRIMARY KEY (batch, custom_id)
	) STRICT, WITHOUT ROWID;
	CREATE INDEX batch_requests_key ON batch_requests (key, batch);
	CREATE INDEX batch_requests_call ON batch_requests (call);
	`;
