"""Writes mfcc.json: what NumPy and SciPy make of a chirp of 1 s in noise, between zeros, for mfcc.test.ts.

    python test/features/mfcc/mfcc-reference.py > test/features/mfcc/mfcc.json && npx biome check --write test/features/mfcc/mfcc.json
"""

import json

import numpy
import scipy.fft
import scipy.signal

WINDOW, HOP, BANDS, COEFFICIENTS, LIMIT = 1024, 256, 128, 40, 10
t = numpy.arange(16000) / 16000
samples = numpy.zeros(48000)
noise = numpy.modf(numpy.sin(12.9898 * numpy.arange(16000)) * 43758.5453)[0]
samples[8000:24000] = 0.3 * numpy.sin(2 * numpy.pi * (200 * t + 1200 * t * t)) + 0.05 * noise
samples = samples.astype(numpy.float32).astype(numpy.float64)
samples /= numpy.abs(samples).max()

frames = numpy.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP]
magnitudes = numpy.abs(numpy.fft.rfft(frames * scipy.signal.get_window("hann", WINDOW), axis=1))
mel = 1127 * numpy.log1p(numpy.fft.rfftfreq(WINDOW, 1 / 16000) / 700)
edges = 1127 * numpy.log1p(numpy.array([80, 7600]) / 700)
edges = numpy.linspace(edges[0], edges[1], BANDS + 2)
bands = numpy.stack([numpy.interp(mel, edges[b : b + 3], [0, 1, 0]) for b in range(BANDS)])
logarithms = numpy.log(magnitudes @ bands.T + 1e-6)
cepstrum = (scipy.fft.dct(logarithms, axis=1) / numpy.sqrt(2 * BANDS))[:, :COEFFICIENTS].T
clipped = numpy.clip(cepstrum, -LIMIT, LIMIT)
some = [float(f"{value:.6g}") for value in clipped.reshape(-1)[::37]]
print(json.dumps({"shape": list(clipped.shape), "clipped": float((numpy.abs(clipped) == LIMIT).mean()), "some": some}))
