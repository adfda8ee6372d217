import { PbfWriter } from 'pbf';
import * as f from '../../../src/graph/functions.ts';
import { Graph, type Shape, type Tensor } from '../../../src/graph/graph.ts';
import { toOnnx } from '../../../src/graph/onnx.ts';

/** An ONNX file of a graph, by its outputs. */
export function modelOf(build: (graph: Graph) => Readonly<Record<string, Tensor>>): Uint8Array {
  const graph = new Graph();
  for (const [name, tensor] of Object.entries(build(graph))) graph.output(name, tensor);
  return toOnnx(graph, { operatorSet: 13 });
}

/** Frames `[batch, frames, 2]`: the mean of so many samples each, and that of their squares. */
export const blocks = (x: Tensor, samples: number): Tensor => {
  const parts = f.reshape(x, [1, -1, samples]);
  return f.concat([f.reduceMean(parts, [2], true), f.reduceMean(f.mul(parts, parts), [2], true)], 2);
};

/** An encoder of samples, whose frames last so many. */
export function blocksEncoder(samples: number, shape: Shape = ['batch', 'samples']): Uint8Array {
  const graph = new Graph();
  const length = typeof shape[1] === 'number' ? shape[1] : 32_000;
  const x = graph.input('input_values', [1, length]);
  graph.output('last_hidden_state', blocks(x, samples));
  Object.assign(x, { shape }); // as the file declares it: our algebra cannot part a length that it does not know
  return toOnnx(graph, { operatorSet: 13 });
}

/** An encoder of log-mel spectrograms of 2 s whose one number lies in a file beside it, as the field numbers of onnx.proto have it. */
export function encoderWithNumberIn(location: string): Uint8Array {
  const port = (name: string) => (_: unknown, pbf: PbfWriter) => {
    pbf.writeStringField(1, name);
    pbf.writeMessage(2, (_, type) => type.writeMessage(1, tensorType, undefined), undefined);
  };
  const tensorType = (_: unknown, pbf: PbfWriter) => {
    pbf.writeVarintField(1, 1);
    pbf.writeMessage(
      2,
      (_, shape) => {
        for (const length of [1, 80, 200])
          shape.writeMessage(1, (_, axis) => axis.writeVarintField(1, length), undefined);
      },
      undefined,
    );
  };
  const graph = (_: unknown, pbf: PbfWriter) => {
    pbf.writeMessage(
      1,
      (_, node) => {
        for (const input of ['mel', 'number']) node.writeStringField(1, input);
        node.writeStringField(2, 'frames');
        node.writeStringField(4, 'Add');
      },
      undefined,
    );
    pbf.writeStringField(2, 'encoder');
    pbf.writeMessage(
      5,
      (_, tensor) => {
        tensor.writeVarintField(1, 1);
        tensor.writeVarintField(2, 1);
        tensor.writeStringField(8, 'number');
        tensor.writeMessage(
          13,
          (_, entry) => {
            entry.writeStringField(1, 'location');
            entry.writeStringField(2, location);
          },
          undefined,
        );
        tensor.writeVarintField(14, 1);
      },
      undefined,
    );
    pbf.writeMessage(11, port('mel'), undefined);
    pbf.writeMessage(12, port('frames'), undefined);
  };
  const pbf = new PbfWriter();
  pbf.writeVarintField(1, 7);
  pbf.writeMessage(7, graph, undefined);
  pbf.writeMessage(8, (_, set) => set.writeVarintField(2, 13), undefined);
  return pbf.finish();
}
