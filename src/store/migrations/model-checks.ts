/** Step: what the quiz found about language models. Shipped: never edited. */
export const modelChecks = `
	-- key: content address of the quiz, the model with its parameters, and the prompt. A result that is there is never asked for again.
	CREATE TABLE model_checks (
		key TEXT PRIMARY KEY,
		result TEXT NOT NULL CHECK (json_valid(result)),
		at TEXT NOT NULL
	) STRICT, WITHOUT ROWID;
	`;
