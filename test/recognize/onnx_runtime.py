"""What the official checker and ONNX Runtime in Python say of an exported file: python3 onnx_runtime.py MODEL.onnx SAMPLES.f32 ..."""

import json
import sys

import numpy as np
import onnx
import onnxruntime

path, *recordings = sys.argv[1:]
model = onnx.load(path)
onnx.checker.check_model(model, full_check=True)
session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
answers = []
for recording in recordings:
    outputs = session.run(None, {"samples": np.fromfile(recording, np.float32)})
    answers.append({output.name: value.ravel().tolist() for output, value in zip(session.get_outputs(), outputs)})
described = {value.name: value.doc_string for value in [*model.graph.input, *model.graph.output]}
print(
    json.dumps(
        {
            "answers": answers,
            "properties": session.get_modelmeta().custom_metadata_map,
            "shapes": {value.name: value.shape for value in [*session.get_inputs(), *session.get_outputs()]},
            "described": described,
            "operatorSets": {opset.domain: opset.version for opset in model.opset_import},
            "ir": model.ir_version,
            "version": model.producer_version,
        }
    )
)
