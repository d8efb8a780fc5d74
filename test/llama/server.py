"""llama.cpp's own OpenAI-compatible server, on loopback: server.py PACKAGE_FOLDER MODEL PORT. It ends when its standard input does."""
import sys

folder, model, port = sys.argv[1:4]
sys.path.insert(0, folder)
import xllamacpp  # noqa: E402

params = xllamacpp.CommonParams()
params.model.path = model
params.hostnames = ["127.0.0.1"]
params.port = int(port)
params.n_ctx = 4096
params.n_parallel = 1
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
server = xllamacpp.Server(params)
print("ready", flush=True)
sys.stdin.read()
