"""One training: the wanted decoder, the baseline and rivals on the same parts, scored and saved as bundles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from rich.console import Console

from bk_realtime.config import MelSettings, VocoderSettings, to_dict
from bk_realtime.decoder.bundle import Bundle, save_bundle
from bk_realtime.decoder.speech_gate import SpeechGate
from bk_realtime.decoder.sureness import Sureness
from bk_realtime.vocoder import build_vocoder, weights_path
from offline.data.contamination import Contamination
from offline.data.dataset import Corpus
from offline.data.kept_prints import kept_tensors
from offline.data.known_content import LEAK_UNTOLD, fitted_only
from offline.data.provenance import provenance
from offline.io.outputs import write_npz
from offline.io.recording import Recording
from offline.training.candidates import auto_settings
from offline.training.corpus import load_corpus, not_everywhere, readings
from offline.training.feature_choice import choose_features
from offline.training.fitting import Fit, decode_part, fit_decoder, use_threads
from offline.training.from_yesterday import SLOWER, Yesterday, yesterday_of
from offline.training.gate import fit_gate
from offline.training.progress import EpochProgress, Pictures
from offline.training.recordings import read_recordings
from offline.training.run_folder import WORK, begin_run, check_run_folder, is_leader, with_kept_vocoder
from offline.training.score_table import ScoreRows, advantage, score_all
from offline.training.settings import AUTO, Train
from offline.training.steps import Steps
from offline.training.sureness import expected_level, fit_sureness, withheld

RENAMED = "; --label-map of `offline.train` says which of them is only called otherwise"


@dataclass(frozen=True)
class TrainingResult:
    """What a training ends with.

    Attributes
    ----------
    scores : by decoder name, baselines without a brain among them.
    reports : what is worth telling of each fit, by decoder name.
    advantages : rival -> 95 % interval of what the wanted decoder has over it.
    test_seconds : length of the held-out part.
    simulated : whether a participant is.
    contamination : what the audit says of the channels.
    gate : what is worth telling of the speech gate.
    sureness : how well the wanted decoder knows how sure it is.
    chosen : which bands and references were taken, and why; empty where there was nothing to choose.
    leak : why the wanted decoder has no scores: it may know what is scored; empty where it has some.
    untold : of which recordings nobody can tell whether what is scored of them stands in another one that was learnt.
    """

    scores: ScoreRows
    reports: dict[str, dict[str, Any]]
    advantages: dict[str, tuple[float, float]]
    test_seconds: float
    simulated: bool
    contamination: Contamination
    gate: dict[str, Any]
    sureness: dict[str, Any]
    chosen: dict[str, Any] = field(default_factory=dict)
    leak: str = ""
    untold: tuple[str, ...] = ()


def train(settings: Train, console: Console, recordings: Sequence[Recording] | None = None) -> TrainingResult | None:
    """Train, score and save.

    Parameters
    ----------
    console : where progress is shown.
    recordings : those that ``settings`` name, where they were read already.

    Returns
    -------
    TrainingResult; None in all but the first of several processes that train together.

    Raises
    ------
    BkError
        Settings, recordings or a folder that no training can begin with; a training that diverged.
    """
    use_threads(settings.machine)
    settings = with_kept_vocoder(settings)
    steps = Steps(settings.figures and is_leader())
    mel = MelSettings()
    leader = is_leader()
    work = settings.out / WORK
    if leader:
        check_run_folder(settings)
        _check_vocoder(settings.vocoder, mel)
    decoders = {kind: settings.decoder_values(kind) for kind in settings.kinds}
    steps.tell("features")
    read = settings.read.of(settings.features)
    recordings = recordings or read_recordings(settings.recordings, read, console, settings.label_map, settings.days)
    told = settings
    before: Yesterday | None = None
    if settings.carry_on is not None:
        before, recordings = yesterday_of(settings, settings.carry_on, recordings)
        settings = replace(settings, features=before.bundle.features)
        decoders[settings.decoder] = before.sizes
    choice = choose_features(settings, recordings, decoders, console)
    settings = replace(settings, features=choice.features, choose_bands=(), choose_references=())
    corpus = load_corpus(
        settings.recordings,
        settings.features,
        mel,
        settings.split,
        decoders.items(),
        settings.lead,
        read,
        settings.cache,
        console,
        settings.contaminated,
        recordings,
        choice.widest,
        settings.days,
        choice.take,
        RENAMED,
    )
    known = fitted_only(corpus)  # refuses what is kept aside and trained on all the same
    start = None if before is None else before.weights(corpus)
    if leader:
        begin_run(told, readings(corpus))
    parts = ", ".join(f"{p} {corpus.seconds(p):.0f} s" for p in ("training", "validation", "test"))
    console.print(f"{len(corpus.labels)} channels, {corpus.features[0].shape[1]} features; {parts}", highlight=False)
    for line in before.lines(corpus) if before is not None else ():
        console.print(line, highlight=False, markup=False)
    leak = "" if before is None else before.leak
    worst = corpus.contamination if before is None else before.worst(corpus)
    simulated = any(session.simulated for session in corpus.sessions)
    mark = worst.mark + (f"{LEAK_UNTOLD} " if leak or corpus.untold else "")
    mark += "SIMULATED participant, " if simulated else ""
    fits: dict[str, Fit] = {}
    learnt = replace(corpus, layers=settings.day_layers)
    for kind, values in decoders.items():
        steps.tell(kind, 0.0)
        own = start if kind == settings.decoder else None
        rate = settings.optimiser.learning_rate * (1.0 if own is None else SLOWER)
        fits[kind] = fit_decoder(
            kind,
            values,
            learnt,
            replace(settings.optimiser, learning_rate=rate),
            settings.augment,
            settings.machine,
            work / kind,
            settings.seed,
            settings.resume,
            (EpochProgress(kind, console, steps, _trainings(kind, values)), Pictures(mel, settings.vocoder, mark)),
            own,
        )
    if not leader:
        return None
    steps.tell("scores")
    decoded = {}
    for kind, fit in fits.items():
        with console.status(f"decoding the held-out part with {kind}"):
            decoded[kind] = decode_part(fit.decoder, corpus)
    reference = [y for _, y in corpus.segments("test")]
    judged = {kind: mels for kind, mels in decoded.items() if kind != settings.decoder or not leak}
    of = corpus.segment_sessions("test")
    scores = score_all(judged, reference, [y for _, y in corpus.segments("training")], of)
    if settings.save_predictions:
        mels = {**decoded, "reference": reference}
        said = {"leak": leak or "; ".join(corpus.untold), "contaminated": worst.line if worst.contaminated else ""}
        said["simulated"] = "SIMULATED participant" if simulated else ""
        marks = {name: np.array(text) for name, text in said.items() if text}
        write_npz(work / "predictions.npz", {n: np.concatenate(rows) for n, rows in mels.items()} | marks)
    origin = provenance(settings.recordings, corpus, settings.seed, settings.features.kind == "given")
    if lost := not_everywhere(recordings):
        origin["left_out"] = lost
    steps.tell("speech gate")
    with console.status("fitting the speech gate"):
        gate, gate_report = fit_gate(corpus, settings.seed)
    gate_report |= corpus.contamination.flag | ({"leak": True} if corpus.untold else {})
    origin |= {"gate": gate_report, **({"features_chosen": choice.report} if choice.report else {})}
    level, sureness = expected_level(corpus), {}
    for kind, fit in fits.items():
        wanted = kind == settings.decoder
        head, sureness[kind] = withheld() if wanted and leak else fit_sureness(fit.decoder, corpus, level)
        sureness[kind] |= (worst if wanted else corpus.contamination).flag | ({"leak": True} if corpus.untold else {})
        about = {**origin, "sureness": sureness[kind]}
        figures = scores
        if worst.contaminated and not (wanted or corpus.contamination.contaminated):
            figures = {name: row for name, row in scores.items() if name != settings.decoder}  # its bundle is clean
        folder = settings.out if wanted else work / kind / "bundle"
        bundle = _bundle(settings, corpus, mel, kind, fit, figures, about, (gate, head), kept_tensors(known))
        if before is not None and wanted:
            bundle = before.carried(bundle, corpus, known)
        save_bundle(bundle, folder, True)
    rate = float(corpus.frame_rate)
    rivals = [kind for kind in fits if kind != settings.decoder and not leak]
    return TrainingResult(
        scores,
        {kind: fit.report for kind, fit in fits.items()},
        {rival: advantage(decoded, reference, settings.decoder, rival, rate, of) for rival in rivals},
        corpus.seconds("test"),
        simulated,
        worst,
        gate_report,
        sureness[settings.decoder],
        choice.report,
        leak,
        corpus.untold,
    )


def _trainings(kind: str, values: dict[str, Any]) -> int:
    return auto_settings(values).trainings if kind == AUTO else 1


def _check_vocoder(settings: VocoderSettings, mel: MelSettings) -> None:
    """Refuse now what the bundle could not speak with once hours of training are done."""
    if settings.weights:
        weights_path(settings, None)
    build_vocoder(settings, mel)


def _bundle(
    settings: Train,
    corpus: Corpus,
    mel: MelSettings,
    kind: str,
    fit: Fit,
    scores: ScoreRows,
    origin: dict[str, Any],
    heads: tuple[SpeechGate | None, Sureness | None],
    known: dict[str, torch.Tensor],
) -> Bundle:
    rounded = {n: {k: round(float(v), 4) for k, v in row.items() if np.isfinite(v)} for n, row in scores.items()}
    return Bundle(
        path=None,
        kind=fit.kind or kind,
        features=settings.features,
        mel=mel,
        vocoder=settings.vocoder,
        labels=corpus.labels,
        sfreq=corpus.sfreq,
        mean=corpus.mean,
        std=corpus.std,
        decoder=fit.decoder,
        lead_ms=settings.lead,
        provenance={**origin, "fit": fit.report, "optimiser": to_dict(settings.optimiser)},
        scores={"test_seconds": round(corpus.seconds("test"), 1), **rounded},
        gate=heads[0],
        sureness=heads[1],
        fingerprints=known,
    )
