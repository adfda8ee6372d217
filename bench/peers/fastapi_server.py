"""Attune's network behind FastAPI, as its users would write it: POST a 16 kHz mono 16-bit WAV to /recognize.

MODEL is a file that `attune export` wrote, PORT where to listen, PROCESSES how many processes answer, and THREADS how many threads ONNX
Runtime may use in each; 0 leaves that to it.
"""

import io
import json
import os
import wave

import numpy as np
import onnxruntime
import uvicorn
from fastapi import FastAPI, HTTPException, Request
from fastapi.concurrency import run_in_threadpool

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = int(os.environ["THREADS"])
session = onnxruntime.InferenceSession(os.environ["MODEL"], options, providers=["CPUExecutionProvider"])
labels = json.loads(session.get_modelmeta().custom_metadata_map["labels"])
app = FastAPI()


def recognize(body):
    try:
        with wave.open(io.BytesIO(body)) as sound:
            if (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) != (1, 2, 16000):
                raise HTTPException(422, "expected 16 kHz mono 16-bit")
            samples = np.frombuffer(sound.readframes(sound.getnframes()), "<i2").astype(np.float32) / 32768
    except (wave.Error, EOFError) as error:
        raise HTTPException(422, str(error))
    (probabilities,) = session.run(["probabilities"], {"samples": samples})
    return dict(zip(labels, probabilities.tolist()))


@app.post("/recognize")
async def answer(request: Request):
    return await run_in_threadpool(recognize, await request.body())


@app.get("/healthz")
async def health():
    return {"status": "ok"}


if __name__ == "__main__":
    processes = int(os.environ["PROCESSES"])
    uvicorn.run("fastapi_server:app", port=int(os.environ["PORT"]), workers=processes, log_level="warning")
