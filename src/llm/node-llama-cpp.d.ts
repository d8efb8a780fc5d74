/**
 * What is used of node-llama-cpp 3.22.1, an optional peer that is not there when this is compiled. `npm run test:llama` checks it
 * against the package's own types.
 */
declare module "node-llama-cpp" {
	export type Token = number & { readonly __token: never };

	export type ChatHistoryItem =
		| { readonly type: "system"; readonly text: string }
		| { readonly type: "user"; readonly text: string }
		| { readonly type: "model"; readonly response: string[] };

	export type LlamaText = { tokenize(tokenizer: Tokenizer): Token[] };

	export type Tokenizer = (text: string, specialTokens?: boolean) => Token[];

	export interface LlamaGrammar {
		readonly grammar: string;
	}

	export interface TokenMeter {
		getState(): {
			readonly usedInputTokens: number;
			readonly usedOutputTokens: number;
		};
	}

	/** Of a token, what comes next: logits of the tokens asked for, and the sum of `exp(logit - largest logit)` over the vocabulary. */
	export type NextLogits = {
		readonly generateNext: {
			readonly totalLogitWeight: true;
			readonly logits: {
				readonly filter: {
					readonly tokens: readonly Token[];
					readonly includeMax: true;
				};
			};
		};
	};

	export type EvaluationOutput = {
		readonly next: {
			readonly logits?: Map<Token, number>;
			readonly totalLogitWeight?: number;
		};
	};

	export interface LlamaContextSequence {
		readonly nextTokenIndex: number;
		readonly tokenMeter: TokenMeter;
		clearHistory(): Promise<void>;
		eraseContextTokenRanges(
			ranges: { start: number; end: number }[],
		): Promise<void>;
		controlledEvaluate(
			input: (Token | [token: Token, options: NextLogits])[],
		): Promise<(EvaluationOutput | undefined)[]>;
	}

	export interface LlamaContext {
		getSequence(): LlamaContextSequence;
	}

	export interface LlamaModel {
		readonly tokenizer: Tokenizer;
		readonly trainContextSize: number;
		readonly fileInfo: { readonly metadata: unknown };
		dispose(): Promise<void>;
		createContext(options: {
			contextSize: number;
			sequences: number;
			threads: number;
			batchSize: number;
			flashAttention: boolean;
		}): Promise<LlamaContext>;
	}

	export interface Llama {
		loadModel(options: {
			modelPath: string;
			checkTensors: boolean;
		}): Promise<LlamaModel>;
		createGrammarForJsonSchema(schema: never): Promise<LlamaGrammar>;
		getGrammarFor(type: "json"): Promise<LlamaGrammar>;
	}

	export function getLlama(options: {
		gpu: false;
		build: "never";
		maxThreads: number;
		logger: (level: string, message: string) => void;
	}): Promise<Llama>;

	export class NoBinaryFoundError extends Error {}
	export class InsufficientMemoryError extends Error {}

	export interface ChatWrapper {
		generateContextState(options: { chatHistory: ChatHistoryItem[] }): {
			readonly contextText: LlamaText;
		};
	}

	export interface JinjaTemplateChatWrapper extends ChatWrapper {}

	export class JinjaTemplateChatWrapper {
		constructor(options: { template: string; tokenizer?: Tokenizer });
	}

	export class LlamaChatSession {
		constructor(options: {
			contextSequence: LlamaContextSequence;
			chatWrapper?: "auto" | ChatWrapper;
		});
		setChatHistory(history: ChatHistoryItem[]): void;
		promptWithMeta(
			prompt: string,
			options?: {
				grammar?: LlamaGrammar;
				maxTokens?: number;
				temperature?: number;
				seed?: number;
				repeatPenalty?: false | object;
				signal?: AbortSignal;
			},
		): Promise<{ readonly responseText: string; readonly stopReason: string }>;
		dispose(): void;
	}
}
