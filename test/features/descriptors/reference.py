"""Writes reference.json: what openSMILE and Praat say of three recordings, for descriptors.test.ts.

    pip install opensmile==2.6.0 praat-parselmouth==0.4.7 soundfile==0.14.0
    python test/features/descriptors/reference.py $ATTUNE_CORPORA/emodb [NAME ...] > test/features/descriptors/reference.json

openSMILE's components are set as its own IS09_emotion_core.lld.conf.inc sets them, before that one smooths over frames; MFCC 0 is added, and energy is
the logarithm of that of the frame before pre-emphasis and window. All is given the samples without their mean, in floats.
"""

import json
import sys
import tempfile

import numpy as np
import parselmouth
import soundfile
from opensmile.core.lib import OpenSMILE

NAMES = ["03a02Wc", "08a01Na", "14b02Tc"]  # a man, angry; a woman, neutral; a woman, sad
RATE, FRAME, HOP = 16000, 400, 160
EVERY = 7  # of openSMILE's frames: enough to tell, few enough to keep

CONFIG = """
[componentInstances:cComponentManager]
instance[dataMemory].type=cDataMemory
instance[source].type=cExternalSource
instance[framer].type=cFramer
instance[emphasis].type=cVectorPreemphasis
instance[window].type=cWindower
instance[fft].type=cTransformFFT
instance[magnitude].type=cFFTmagphase
instance[mel].type=cMelspec
instance[mfcc].type=cMfcc
instance[zcr].type=cMZcr
instance[energy].type=cEnergy
instance[concat].type=cVectorConcat
instance[delta].type=cDeltaRegression
instance[both].type=cVectorConcat
instance[sink].type=cExternalSink
printLevelStats=0
nThreads=1
[source:cExternalSource]
writer.dmLevel=wave
writer.levelconf.T=0.0000625
writer.levelconf.growDyn=1
writer.levelconf.isRb=0
blocksize=80000
fieldNames[0]=pcm
[framer:cFramer]
reader.dmLevel=wave
writer.dmLevel=frames
noPostEOIprocessing=1
frameSize=0.025
frameStep=0.010
frameMode=fixed
frameCenterSpecial=left
[emphasis:cVectorPreemphasis]
reader.dmLevel=frames
writer.dmLevel=emphasised
k=0.97
de=0
[window:cWindower]
reader.dmLevel=emphasised
writer.dmLevel=windowed
winFunc=ham
gain=1.0
offset=0
[fft:cTransformFFT]
reader.dmLevel=windowed
writer.dmLevel=spectrum
zeroPadSymmetric=0
[magnitude:cFFTmagphase]
reader.dmLevel=spectrum
writer.dmLevel=magnitudes
[mel:cMelspec]
reader.dmLevel=magnitudes
writer.dmLevel=bands
htkcompatible=1
nBands=26
usePower=0
lofreq=0
hifreq=8000
specScale=mel
[mfcc:cMfcc]
reader.dmLevel=bands
writer.dmLevel=mfcc
firstMfcc=0
lastMfcc=12
cepLifter=22.0
htkcompatible=1
[zcr:cMZcr]
reader.dmLevel=frames
writer.dmLevel=zcr
zcr=1
amax=0
mcr=0
maxmin=0
dc=0
[energy:cEnergy]
reader.dmLevel=frames
writer.dmLevel=energy
rms=0
log=1
[concat:cVectorConcat]
reader.dmLevel=zcr;mfcc;energy
writer.dmLevel=static
includeSingleElementFields=1
[delta:cDeltaRegression]
reader.dmLevel=static
writer.dmLevel=deltas
deltawin=2
blocksize=1
[both:cVectorConcat]
reader.dmLevel=static;deltas
writer.dmLevel=both
includeSingleElementFields=1
[sink:cExternalSink]
reader.dmLevel=both
blocksize=1
"""


def opensmile_rows(samples):
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
        file.write(CONFIG)
        file.flush()
        smile = OpenSMILE()
        smile.initialize(file.name, {}, loglevel=0)
        names = [smile.external_sink_get_element_name("sink", i) for i in range(smile.external_sink_get_num_elements("sink"))]
        rows = []
        smile.external_sink_set_callback("sink", lambda row: rows.append(np.array(row).ravel().copy()))
        smile.external_source_write_data("source", samples.astype(np.float32))
        smile.external_source_set_eoi("source")
        smile.run()
        smile.free()
    return names, np.array(rows)


def praat_rows(samples):
    """Frame j of Praat's windows of 40 ms has the centre of our frame j + 1: whole hops, and a sample at each end against rounding."""
    window = 640
    hops = (len(samples) - 41 - window) // HOP
    sound = parselmouth.Sound(samples[39 : 41 + window + hops * HOP], RATE)
    pitch = sound.to_pitch_ac(time_step=0.01, pitch_floor=75, pitch_ceiling=600)
    assert len(pitch) == hops + 1 and abs(pitch.x1 - (1 + window / 2) / RATE) < 1e-9
    found = pitch.selected_array
    strongest = [max((c.strength for c in frame.candidates if 75 <= c.frequency <= 600), default=0) for frame in pitch]
    harmonicity = sound.to_harmonicity_cc(time_step=0.01, minimum_pitch=75)
    hnr = [harmonicity.get_value(t, parselmouth.ValueInterpolation.NEAREST) for t in pitch.xs()]
    return {
        "f0": [round(float(f), 3) for f in found["frequency"]],
        "strength": [round(float(s if f else t), 4) for f, s, t in zip(found["frequency"], found["strength"], strongest)],
        "hnr": [None if not np.isfinite(h) or h == -200 else round(float(h), 2) for h in hnr],  # null: silent
    }


def read(folder, name):
    samples, rate = soundfile.read(f"{folder}/{name}.wav", dtype="int16")
    assert rate == RATE
    samples = samples / 32768
    return samples - samples.mean()


def main(folder, *names):
    out = {"every": EVERY, "recordings": {}}
    for name in names or NAMES:
        samples = read(folder, name)
        out["names"], rows = opensmile_rows(samples)
        out["recordings"][name] = {
            "frames": len(rows),
            "opensmile": [[float(f"{x:.7g}") for x in row] for row in rows[::EVERY]],
            "praat": praat_rows(samples),
        }
    json.dump(out, sys.stdout, separators=(",", ":"))
    print()


main(*sys.argv[1:])
