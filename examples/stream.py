"""Live sound to `attune serve`: python examples/stream.py CALL.wav [ws://127.0.0.1:8080/v1/stream]

Sends a 16-bit mono WAV file as fast as it was spoken, and prints what the server tells of it.
Needs `pip install websockets`; a token may stand in ATTUNE_TOKEN.
"""

import asyncio
import json
import os
import sys
import wave

import websockets
import websockets.exceptions

PIECE_SECONDS = 0.1


async def stream(path, url):
    token = os.environ.get("ATTUNE_TOKEN")
    subprotocols = ["attune", f"attune.token.{token}"] if token else None
    with wave.open(path) as sound:
        if (sound.getnchannels(), sound.getsampwidth()) != (1, 2):
            sys.exit(f"expected 16-bit mono; ffmpeg -i {path} -ac 1 -c:a pcm_s16le OUT.wav makes it")
        # While more is sent than the server hears, it reads nothing, pings neither: no ping, no timeout.
        async with websockets.connect(url, subprotocols=subprotocols, ping_interval=None) as socket:
            sending = asyncio.create_task(send(socket, sound))
            async for message in socket:
                show(json.loads(message))
            sending.cancel()


async def send(socket, sound):
    rate = sound.getframerate()
    session = {"sample_rate": rate, "smooth_seconds": 1}
    await socket.send(json.dumps({"type": "session.update", "session": session}))
    while piece := sound.readframes(int(PIECE_SECONDS * rate)):  # little-endian, as the server wants it
        await socket.send(piece)
        await asyncio.sleep(PIECE_SECONDS)
    await socket.send(json.dumps({"type": "session.end"}))


def show(event):
    kind = event["type"]
    if kind == "segment":
        emotion, share = max(event["probabilities"].items(), key=lambda item: item[1])
        print(f"{event['start']:.1f} s to {event['end']:.1f} s: {emotion} {share:.2f}", flush=True)
    elif kind == "end":
        answer = event["recognition"]
        print(f"in all: {answer['emotion']}", {name: round(p, 3) for name, p in answer["probabilities"].items()})
    elif kind in ("error", "warning"):
        print(f"{kind}: {event.get('error', event).get('message')}", file=sys.stderr)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    try:
        asyncio.run(stream(sys.argv[1], *(sys.argv[2:] or ["ws://127.0.0.1:8080/v1/stream"])))
    except (OSError, EOFError, wave.Error, websockets.exceptions.WebSocketException) as error:
        sys.exit(f"{sys.argv[1]}: {error}")
