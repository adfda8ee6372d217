"""Writes log-spectrogram.json: what NumPy makes of a chirp of 1 s between zeros, for log-spectrogram.test.ts.

    python test/features/log-spectrogram-reference.py > test/features/log-spectrogram.json && npx biome check --write test/features/log-spectrogram.json
"""

import json

import numpy

LENGTH, WINDOW, HOP, FLOOR = 48000, 640, 160, 80
t = numpy.arange(16000) / 16000
samples = numpy.zeros(LENGTH)
samples[8000:24000] = 0.3 * numpy.sin(2 * numpy.pi * (200 * t + 1200 * t * t)) + 0.01 * numpy.sin(2 * numpy.pi * 3100 * t)
samples = samples.astype(numpy.float32).astype(numpy.float64)
window = 0.54 - 0.46 * numpy.cos(2 * numpy.pi * numpy.arange(WINDOW) / WINDOW)
padded = numpy.concatenate([numpy.zeros(240), samples, numpy.zeros(400)])
cases = []
for hertz in (20, 10):
    frames = numpy.stack([padded[i * HOP : i * HOP + WINDOW] * window for i in range(LENGTH // HOP)])
    magnitudes = numpy.abs(numpy.fft.rfft(frames, 16000 // hertz, axis=1))[:, : 4000 // hertz].T
    decibels = 20 * numpy.log10(numpy.maximum(magnitudes / magnitudes.max(), 10 ** (-FLOOR / 20)))
    scaled = {"peak": 1 + 2 * decibels / FLOOR, "standardize": (decibels - decibels.mean()) / decibels.std()}
    for scaling, values in scaled.items():
        some = [float(f"{value:.6g}") for value in values.reshape(-1)[::997]]
        cases.append({"binHertz": hertz, "scaling": scaling, "shape": list(values.shape), "some": some})
print(json.dumps(cases))
