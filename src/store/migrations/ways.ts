/** Step: how a model was asked, beside what it said: with verdicts on words and with results of the quiz. Shipped: never edited. */

/**
 * How a row of `calls` was asked: a choice by `log_probabilities` or `top_logprobs`; else the form its reply was held to: `schema`, `json`, or
 * `text` for none. A stored request leaves out what is usual.
 */
export const WAY_OF_CALL =
	"iif(coalesce(request ->> 'choose', 'schema') <> 'schema', request ->> 'choose', coalesce(request ->> 'format', 'schema'))";

export const ways = `
	-- Null: the call is not known.
	ALTER TABLE judgements ADD COLUMN way TEXT;
	UPDATE judgements SET way = (SELECT ${WAY_OF_CALL} FROM calls WHERE calls.id = judgements.call);
	-- A list: one use can be asked in several ways. Null: asked before this step.
	ALTER TABLE model_checks ADD COLUMN ways TEXT CHECK (ways IS NULL OR json_valid(ways));
	`;
