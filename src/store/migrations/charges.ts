/** Step: what is charged to jobs (captions, the quiz) as to runs, and the parts of a charge that have prices of their own. Shipped: never edited. */
export const charges = `
	-- Work that is of no run and has a budget of its own. key: content address of what it is about.
	CREATE TABLE jobs (
		id TEXT PRIMARY KEY,
		key TEXT NOT NULL,
		kind TEXT NOT NULL CHECK (kind IN ('caption', 'llm-check')),
		sequence INTEGER NOT NULL UNIQUE,
		started_at TEXT NOT NULL,
		UNIQUE (kind, key)
	) STRICT;
	-- As before, with: run, the id of a run or of a job; batch 1, sent in a batch; cached_tokens (read from the provider's cache),
	-- cache_write_tokens and audio_tokens, which are part of input_tokens; unanswered, requests that ended without a reply, with the most they
	-- can have used, which is part of the other figures.
	ALTER TABLE run_calls RENAME TO run_calls_before;
	CREATE TABLE run_calls (
		run TEXT NOT NULL,
		call INTEGER NOT NULL REFERENCES calls (id),
		sent INTEGER NOT NULL CHECK (sent IN (0, 1)),
		input_tokens INTEGER NOT NULL CHECK (input_tokens >= 0),
		output_tokens INTEGER NOT NULL CHECK (output_tokens >= 0),
		cached_tokens INTEGER NOT NULL DEFAULT 0 CHECK (cached_tokens >= 0),
		cache_write_tokens INTEGER NOT NULL DEFAULT 0 CHECK (cache_write_tokens >= 0),
		audio_tokens INTEGER NOT NULL DEFAULT 0 CHECK (audio_tokens >= 0),
		estimated INTEGER NOT NULL CHECK (estimated IN (0, 1)),
		usd REAL CHECK (usd >= 0),
		batch INTEGER NOT NULL DEFAULT 0 CHECK (batch IN (0, 1)),
		unanswered INTEGER NOT NULL DEFAULT 0 CHECK (unanswered >= 0),
		unanswered_tokens INTEGER NOT NULL DEFAULT 0 CHECK (unanswered_tokens >= 0),
		unanswered_usd REAL CHECK (unanswered_usd >= 0),
		PRIMARY KEY (run, call)
	) STRICT, WITHOUT ROWID;
	INSERT INTO run_calls (run, call, sent, input_tokens, output_tokens, estimated, usd, batch, unanswered_usd)
		SELECT run, call, sent, input_tokens, output_tokens, estimated, usd,
			sent = 1 AND EXISTS (SELECT 1 FROM batch_requests b WHERE b.call = run_calls_before.call), 0 FROM run_calls_before;
	DROP TABLE run_calls_before;
	CREATE INDEX run_calls_call ON run_calls (call);
	CREATE TRIGGER run_calls_go_with_their_run AFTER DELETE ON runs BEGIN DELETE FROM run_calls WHERE run = OLD.id; END;
	`;
