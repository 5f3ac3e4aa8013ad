"""What `tests/bench/gpu.sh` runs on a CUDA card: parity, contract, steps, a live session, training; JSON and Markdown.

Each section is a process of its own with a time limit and fails alone. Without a card everything runs on the CPU, which
shows that the script itself works, and the report says so.
"""

from __future__ import annotations

import argparse
import datetime
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch

from bk_realtime.config import read_toml
from offline.data.provenance import code_version

ROOT = Path(__file__).resolve().parents[2]
BUNDLE, RECORDING = ROOT / "recordings" / "demo_seq2seq", ROOT / "recordings" / "demo.xdf"
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def _run(limit_s: float, *command: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command], capture_output=True, text=True, timeout=limit_s, cwd=cwd, check=False
    )


def _tail(done: subprocess.CompletedProcess[str], n: int = 600) -> str:
    return (done.stdout + done.stderr).strip()[-n:]


def contract() -> dict:
    """Contract, golden and placement tests; those that take a device run on the card too."""
    done = _run(150, "pytest", "-q", "-x", "-p", "no:cacheprovider", "tests/golden", "tests/contract", "-k", DEVICE)
    return {"exit_code": done.returncode, "last_line": _tail(done, 120).splitlines()[-1:]}


def parity() -> dict:
    """The demo's first ten seconds on the CPU and on the card: mel must agree to 1e-4, a repeat to the bit."""
    import numpy as np

    from bk_realtime import Chain, load_bundle
    from offline.io import read_recording

    torch.set_num_threads(1)
    recording = read_recording(RECORDING)
    mels = {}
    for key, device in (("cpu", "cpu"), ("card", DEVICE), ("again", DEVICE)):
        chain = Chain(load_bundle(BUNDLE), recording.labels, device)
        mels[key] = chain.push(np.asarray(recording.neural)[: int(10 * recording.sfreq)]).mel
    error = float(np.abs(mels["cpu"] - mels["card"]).max())
    repeat = float(np.abs(mels["card"] - mels["again"]).max())
    return {"mel_cpu_against_card": error, "mel_repeat_on_card": repeat, "ok": error <= 1e-4 and repeat == 0.0}


def steps() -> list[dict]:
    """`make bench` of everything that runs a network, CPU and card side by side."""
    done = _run(240, "tests.bench", "--quick", "--json", "decode_step", "vocoder_step", "chain", "train_speed")
    if done.returncode:
        raise RuntimeError(_tail(done))
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def live() -> dict:
    """A session over LSL with decoder and vocoder on the card, and its report."""
    with tempfile.TemporaryDirectory() as folder:
        done = _run(
            110, "bk_realtime", "run", "--bundle", str(BUNDLE), "--source", str(RECORDING), "--headless",
            "--sound-device", "none", "--seconds", "15", "--device", DEVICE, "--out", folder,
        )  # fmt: skip
        found = list(Path(folder).rglob("latency.json"))
        status = json.loads(found[0].read_text()) if found else {}
        report = _run(60, "offline.session_report", str(found[0].parent)) if found else done
        names = ("age_p50_ms", "age_p99_ms", "stages", "n_frames", "gaps", "dropped_samples")
        return {
            "exit_code": done.returncode,
            **{name: status.get(name) for name in names},
            "report_exit_code": report.returncode,
            "output": _tail(done if done.returncode else report),
        }


def training() -> dict:
    """A short training on the demo recording, float32 and bf16 on the card; the scores are those of two epochs."""
    rows = {}
    for precision in ("32-true", "bf16-mixed"):
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            done = _run(
                100, "offline.train", str(RECORDING), "--out", f"{folder}/m", "--epochs", "2", "--precision", precision,
                "--accelerator", "gpu" if DEVICE == "cuda" else "cpu", "--split.min-part-s", "2",
            )  # fmt: skip
            scores = read_toml(Path(folder, "m", "bundle.toml"))["scores"]["seq2seq"] if not done.returncode else {}
            rows[precision] = {
                "exit_code": done.returncode, "seconds": round(time.perf_counter() - start, 1), "scores": scores,
                "output": _tail(done) if done.returncode else "",
            }  # fmt: skip
    return rows


SECTIONS: tuple[Callable[[], object], ...] = (parity, contract, steps, live, training)


def _markdown(report: dict) -> str:
    lines = [
        f"GPU report of {report['date']}: {report['card']}, driver {report['driver']}, torch {report['torch']}, code "
        f"{report['code']}.",
        "",
        "| figure | device | p50 ms | p99 ms | compared with | ratio |",
        "|---|---|---|---|---|---|",
    ]
    rows = report["sections"]["steps"]
    for row in rows if isinstance(rows, list) else []:
        detail = row["detail"]
        name = f"{row['name']} {detail.get('decoder', detail.get('hidden', ''))}".strip()
        value = [f"{detail[k]:.2f}" if k in detail else f"{row['value']:.4g} {row['unit']}" for k in ("p50", "p99")]
        lines.append(
            f"| {name} | {detail['device']} | {' | '.join(value)} | {row['baseline']:.3g} | {row['ratio']:.1f} |"
        )
    for name in ("parity", "contract", "live", "training"):
        lines += ["", f"{name}: `{json.dumps(report['sections'][name])[:800]}`"]
    return "\n".join(lines) + "\n"


def _driver() -> str:
    try:
        query = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
        return (
            subprocess.run(query, capture_output=True, text=True, timeout=20, check=False).stdout.strip() or "unknown"
        )
    except OSError:
        return "none"


def main() -> int:
    """Run every section; exit code 1 where one failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    report: dict = {
        "date": datetime.date.today().isoformat(),
        "card": torch.cuda.get_device_name() if DEVICE == "cuda" else "NO CARD: all on the CPU",
        "driver": _driver(),
        "torch": str(torch.__version__),
        "code": code_version(),
        "sections": {},
    }
    for section in SECTIONS:
        start = time.perf_counter()
        try:
            report["sections"][section.__name__] = section()
        except Exception as error:  # one section that fails must not cost the others their figures
            report["sections"][section.__name__] = {"failed": f"{type(error).__name__}: {error}"[:800]}
        print(f"{section.__name__}: {time.perf_counter() - start:.0f} s", flush=True)
        (args.out / "gpu.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    text = _markdown(report)
    (args.out / "gpu.md").write_text(text, encoding="utf-8")
    print(text)
    failed = [n for n, s in report["sections"].items() if isinstance(s, dict) and ("failed" in s or s.get("exit_code"))]
    return int(bool(failed) or not report["sections"]["parity"].get("ok", False))


if __name__ == "__main__":
    raise SystemExit(main())
