/** Whether onnxruntime can compute where it is asked to. */
import { listSupportedBackends } from "onnxruntime-node";
import { PrerequisiteError } from "../errors.ts";
import type { Provider } from "./tensor.ts";

const HINTS: Readonly<Record<Provider, string>> = {
	cpu: "Install onnxruntime-node again.",
	cuda: "cuda needs Linux on x64, an NVIDIA driver, CUDA 12 with cuDNN 9, and the libraries that `node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install=cuda12` fetches. Or use `provider: cpu`.",
	coreml: "coreml is there on macOS only. Use `provider: cpu`.",
	dml: "dml (DirectML) is there on Windows only. Use `provider: cpu`.",
};

/** Throws PrerequisiteError `provider_unavailable` when this build of onnxruntime does not know the provider. */
export function checkProvider(provider: Provider): void {
	const known = listSupportedBackends().map(({ name }) => name);
	// Left to itself, onnxruntime-node would warn and take the cpu.
	if (!known.includes(provider))
		throw new PrerequisiteError(
			`onnxruntime has no provider ${provider} on this machine; it has ${known.join(", ")}`,
			{
				code: "provider_unavailable",
				hint: HINTS[provider],
				evidence: { provider, known },
			},
		);
}

/** The error for a provider that this build knows and cannot start (libraries or device missing). */
export function providerFailed(
	provider: Provider,
	cause: unknown,
): PrerequisiteError {
	const said = cause instanceof Error ? cause.message : String(cause);
	return new PrerequisiteError(
		`onnxruntime cannot use the provider ${provider}: ${said.split("\n", 1)[0] ?? said}`,
		{
			code: "provider_unavailable",
			hint: HINTS[provider],
			cause,
			evidence: { provider, runtime: said },
		},
	);
}
