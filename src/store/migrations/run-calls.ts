/** A step: the ledger, which run used which call and what it was charged. Shipped: never edited. */
export const runCalls = `
	-- sent 1: the run sent the call and is charged for it, whatever came of it; 0: it was served from the store.
	-- Tokens and usd are what counts against a budget: as the provider reported, or an estimate (estimated 1). usd is null when no price was known.
	CREATE TABLE run_calls (
		run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
		call INTEGER NOT NULL REFERENCES calls (id),
		sent INTEGER NOT NULL CHECK (sent IN (0, 1)),
		input_tokens INTEGER NOT NULL CHECK (input_tokens >= 0),
		output_tokens INTEGER NOT NULL CHECK (output_tokens >= 0),
		estimated INTEGER NOT NULL CHECK (estimated IN (0, 1)),
		usd REAL CHECK (usd >= 0),
		PRIMARY KEY (run, call)
	) STRICT, WITHOUT ROWID;
	CREATE INDEX run_calls_call ON run_calls (call);
	`;
