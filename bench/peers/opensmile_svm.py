"""openSMILE functionals and a linear SVM on the utterances and folds of a run of Attune, as a peer to compare that run with.

    python3 bench/peers/opensmile_svm.py RUN CORPUS_DIR --features ComParE_2016 --unweighted --out OUT

RUN is the folder of a cross-validation: its manifest.json says which recording is tested in which fold. OUT gets predictions.csv, which
`attune compare` reads, and peer.json: what it was made with, and the C of every fold. In each fold, features are standardised on the
training speakers, and C is chosen by inner folds of them; what is tested chooses nothing (linear_svm.py).

The features of each recording stay in the cache, so a stopped extraction goes on. Needs the packages of requirements-opensmile.txt.
"""

import argparse
import csv
import hashlib
import json
import os
import platform
import shlex
import sys
import time
from importlib.metadata import version
from pathlib import Path

try:
    import numpy as np
    from sklearn.metrics import accuracy_score
    from threadpoolctl import threadpool_limits

    from functionals import SAMPLE_RATE, ExtractionError, read_functionals
    from linear_svm import C_GRID, judge, softmax, ua

    missing_package = None
except ModuleNotFoundError as error:  # told after what can be told without: wrong use, a bad manifest, changed recordings
    missing_package = error.name

EMOTIONS = ["neutral", "happy", "angry", "sad"]
FIELDS = ["utterance", "file", "sha256", "speaker", "emotion"]
PACKAGES = ["opensmile", "scikit-learn", "numpy"]
ABOUT = {
    "svm": "linear, one class against the rest, hinge loss, intercept not penalised; C from 1e-5 to 1, two a decade, by the mean UA of "
    "inner folds of training speakers (one speaker a fold, at most ten folds), the smallest of equals",
    "deterministic": True,  # attune compare asks no second seed of it
    "probabilities": "softmax of the four margins: not calibrated; predicted is the class of the greatest margin",
}


def fail(message):
    sys.exit(f"error: {message}")


def tell(line):
    print(line, file=sys.stderr, flush=True)


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, metavar="RUN", help="folder of a cross-validation, with manifest.json")
    parser.add_argument("corpus", type=Path, metavar="CORPUS_DIR", help="folder that the manifest's files are relative to")
    parser.add_argument("--features", required=True, choices=["ComParE_2016", "eGeMAPSv02"], help="functionals of the utterance")
    weights = parser.add_mutually_exclusive_group(required=True)
    weights.add_argument("--balanced", action="store_true", help="an utterance weighs n / (4 n_class)")
    weights.add_argument("--unweighted", action="store_true", help="every utterance weighs the same")
    parser.add_argument("--out", required=True, type=Path, metavar="OUT", help="folder to write to")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes that extract features (default: 1)")
    parser.add_argument("--cache", type=Path, default=Path(".cache/opensmile"), metavar="DIR", help="default: %(default)s")
    given = parser.parse_args()
    if given.jobs < 1:
        parser.error(f"argument --jobs: expected 1 or more, got {given.jobs}")
    return given


def read_manifest(path):
    """The recordings of a run. One with a fold is tested in it and trained on in all others; one without is trained on in all."""
    try:
        recordings = json.loads(path.read_text("utf-8"))["recordings"]
        incomplete = [i for i, recording in enumerate(recordings) if not all(field in recording for field in FIELDS)]
    except (OSError, ValueError, KeyError, TypeError) as cause:
        fail(f"{path} is no manifest of a run ({type(cause).__name__}: {cause}); give the folder that attune crossval wrote")
    if incomplete:
        fail(f"{path}: recording {incomplete[0] + 1} lacks one of {', '.join(FIELDS)}")
    for recording in recordings:
        if recording["emotion"] not in EMOTIONS:
            fail(f"{path}: {recording['utterance']} is {recording['emotion']!r}, expected one of {', '.join(EMOTIONS)}")
    if not any("fold" in recording for recording in recordings):
        fail(f"{path}: no recording has a fold, so nothing is tested; give the run of a cross-validation")
    return recordings


def split(recordings):
    """The indices that each fold trains on and tests."""
    splits = {}
    for fold in sorted({recording["fold"] for recording in recordings if "fold" in recording}):
        test = [i for i, recording in enumerate(recordings) if recording.get("fold") == fold]
        train = [i for i, recording in enumerate(recordings) if recording.get("fold") != fold]
        tested, trained = ({recordings[i]["speaker"] for i in part} for part in (test, train))
        if tested & trained:
            shared = ", ".join(sorted(tested & trained))
            fail(f"fold {fold} trains on speakers that it tests ({shared}); give a run whose folds share no speaker")
        if len(trained) < 2:
            fail(f"fold {fold} trains on {len(trained)} speakers; choosing C takes two or more")
        splits[fold] = train, test
    return splits


def check_files(recordings, corpus):
    for recording in recordings:
        path = corpus / recording["file"]
        try:
            found = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as cause:
            fail(f"cannot read {path} ({cause.strerror}); give the folder of the corpus that the run was made on")
        if found != recording["sha256"]:
            fail(f"{path} is not the recording of the run: the manifest has sha256 {recording['sha256']}, the file {found}")


def predict(values, recordings, splits, balanced):
    """Rows of predictions.csv, sorted, and what was chosen in each fold."""
    labels = np.array([EMOTIONS.index(recording["emotion"]) for recording in recordings])
    speakers = np.array([recording["speaker"] for recording in recordings])
    rows, folds = [], {}
    for fold, (train, test) in splits.items():
        margins, c, scores = judge(values, labels, speakers, train, test, len(EMOTIONS), balanced)
        for i, margin in zip(test, margins):
            names = [recordings[i][field] for field in ("utterance", "speaker", "fold", "emotion")]
            rows.append([*names, EMOTIONS[margin.argmax()], *(f"{p:.6f}" for p in softmax(margin))])
        folds[fold] = {"c": float(f"{c:.4g}"), "innerUa": {f"{c:.4g}": score for c, score in zip(C_GRID, scores.round(4).tolist())}}
        tell(f"fold {fold}: C {c:.4g}, mean UA of inner folds {scores.max():.3f}")
    return sorted(rows, key=lambda row: row[0].encode("utf-16-be")), folds  # JavaScript's order of strings


def command():
    """As it was typed, with ATTUNE_CORPORA for the folder that it stands for."""
    words = shlex.join(["python3", "bench/peers/opensmile_svm.py", *sys.argv[1:]])
    corpora = os.environ.get("ATTUNE_CORPORA", "").rstrip("/")
    return words.replace(corpora, "$ATTUNE_CORPORA") if corpora else words


def main():
    began, given = time.monotonic(), options()
    manifest = given.run / "manifest.json"
    recordings = read_manifest(manifest)
    splits = split(recordings)
    check_files(recordings, given.corpus)
    if missing_package:
        fail(f"Python lacks {missing_package}: pip install -r bench/peers/requirements-opensmile.txt")
    files = [(given.corpus / recording["file"], recording["sha256"]) for recording in recordings]
    try:
        values = read_functionals(files, given.features, given.cache, given.jobs, tell)
    except ExtractionError as error:
        fail(error)
    with threadpool_limits(1):  # sums must not depend on the machine's cores
        rows, folds = predict(values, recordings, splits, given.balanced)
    truth, predicted = [row[3] for row in rows], [row[4] for row in rows]
    peer = {
        "command": command(),
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "cores": os.cpu_count(),
        "seconds": round(time.monotonic() - began),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
        "manifestSha256": hashlib.sha256(manifest.read_bytes()).hexdigest(),
        "features": {"set": given.features, "level": "functionals", "count": values.shape[1], "sampleRate": SAMPLE_RATE},
        "weights": "balanced" if given.balanced else "unweighted",
        **ABOUT,
        "wa": round(accuracy_score(truth, predicted), 6),
        "ua": round(ua(truth, predicted), 6),
        "folds": folds,
    }
    given.out.mkdir(parents=True, exist_ok=True)
    with (given.out / "predictions.csv").open("w", encoding="utf-8", newline="") as file:
        header = ["utterance", "speaker", "fold", "emotion", "predicted", *(f"p_{emotion}" for emotion in EMOTIONS)]
        csv.writer(file, lineterminator="\n").writerows([header, *rows])
    (given.out / "peer.json").write_text(json.dumps(peer, indent=2) + "\n", "utf-8")
    print(f"WA {peer['wa']:.4f}, UA {peer['ua']:.4f}: {given.out}")


if __name__ == "__main__":
    main()
