/** What a network that is known by imported activations only answers when it is asked to run. */
import { TargetNetworkError } from "../errors.ts";

export function notRunnable(name: string): TargetNetworkError {
	return new TargetNetworkError(
		`${name} is known by imported activations only: it cannot be run`,
		{
			code: "network_imported",
			hint: "Export it to ONNX, or write further activations with the program that wrote these.",
		},
	);
}
