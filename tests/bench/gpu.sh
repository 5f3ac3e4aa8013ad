#!/usr/bin/env bash
# tests/bench/gpu.sh [OUT] [WHEELS]: everything that wants a CUDA card, in one command of at most 8 minutes, without network.
# Writes OUT/gpu.json and OUT/gpu.md (default OUT: gpu_report). WHEELS: folder of wheels for what the machine's Python lacks.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=${1:-gpu_report}
wheels=${2:-}
python=${PYTHON:-$([ -x .venv/bin/python ] && echo .venv/bin/python || echo python3)}
mkdir -p "$out"
if [ -n "$wheels" ]; then
  for wheel in "$wheels"/*.whl; do "$python" -m zipfile -e "$wheel" "$out/packages"; done
  export PYTHONPATH="$PWD/$out/packages${PYTHONPATH:+:$PYTHONPATH}"
fi
export PYTHONPATH="$PWD${PYTHONPATH:+:$PYTHONPATH}" OMP_NUM_THREADS=1 QT_QPA_PLATFORM=offscreen
export LSLAPICFG="$PWD/tests/lsl_loop.cfg"
exec "$python" -m tests.bench._gpu --out "$out"
