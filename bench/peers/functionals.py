"""openSMILE's functionals of whole recordings, each kept in a cache, so that a stopped extraction goes on."""

import functools
import warnings
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version

import numpy as np
import opensmile

SAMPLE_RATE = 16000  # Hz, mono, as Attune hears it


class ExtractionError(Exception):
    pass


@functools.cache
def extractor(features):
    return opensmile.Smile(
        feature_set=opensmile.FeatureSet[features],
        feature_level=opensmile.FeatureLevel.Functionals,
        sampling_rate=SAMPLE_RATE,
        resample=True,
        channels=None,  # all
        mixdown=True,
    )


def extract(features, path, target):
    """Writes the functionals [features] of a whole recording."""
    with warnings.catch_warnings(action="ignore"):  # what it warns of, a recording too short, is found below
        values = extractor(features).process_file(str(path)).to_numpy(np.float32)[0]
    if not np.isfinite(values).all():
        raise ValueError("its values are not finite, perhaps because the recording is too short; make the run without it")
    part = target.with_suffix(".part.npy")
    np.save(part, values)
    part.replace(target)  # whole or not at all


def read_functionals(files, features, cache, jobs, tell):
    """[recordings, features], extracted by so many processes where the cache lacks them.

    files: path and sha256 of each recording. Raises ExtractionError, naming the recording.
    """
    # another version of openSMILE may compute other values
    folder = cache / f"{features}-{version('opensmile')}-{SAMPLE_RATE}"
    folder.mkdir(parents=True, exist_ok=True)
    absent = {sha256: path for path, sha256 in files if not target_of(folder, sha256).exists()}
    with ProcessPoolExecutor(jobs) as pool:
        results = [pool.submit(extract, features, path, target_of(folder, sha256)) for sha256, path in absent.items()]
        for done, (path, result) in enumerate(zip(absent.values(), results), start=1):
            try:
                result.result()
            except Exception as cause:
                pool.shutdown(cancel_futures=True)
                raise ExtractionError(f"no {features} of {path}: {cause}") from cause
            if done % 50 == 0 or done == len(absent):
                tell(f"{features}: {done} of {len(absent)} recordings")
    return np.stack([np.load(target_of(folder, sha256)) for _, sha256 in files]).astype(np.float64)


def target_of(folder, sha256):
    return folder / f"{sha256}.npy"
