import { AttuneError } from '../errors.ts';
import type { Attributes } from './attributes.ts';
import { inferOutputs } from './operators.ts';

export type DataType = 'float32' | 'int32' | 'int64' | 'bool';

/** Where a graph is computed; `cpu` is WebAssembly in a browser. */
export type Device = 'cpu' | 'webgpu' | 'cuda';

/** A length known when the graph is built, or the name of one that is known when it runs, such as `batch`. */
export type Dimension = number | string;
export type Shape = readonly Dimension[];

/** A value that the graph will compute: its type and shape are known now, its elements when the session runs. */
export interface Tensor {
  readonly graph: Graph;
  readonly name: string;
  readonly type: DataType;
  readonly shape: Shape;
  /** what is known of the elements now: those of a small constant, or the dimensions that `Shape` returns */
  readonly value?: readonly Dimension[];
}

/** One application of an ONNX operator. */
export interface Node {
  readonly operator: string;
  readonly inputs: readonly (Tensor | undefined)[];
  readonly outputs: readonly Tensor[];
  readonly attributes: Attributes;
  /** what it is part of: the labels of {@link Graph.scope} around it, a slash after each */
  readonly scope: string;
}

/**
 * The gradients of a composite's inputs, given those of its outputs; `undefined` where nothing flows. `needed` says for each
 * input whether anybody asks for its gradient.
 */
export type Gradient = (
  gradients: readonly (Tensor | undefined)[],
  needed: readonly boolean[],
) => (Tensor | undefined)[];

/** What the reverse walk sees: a node, or a composite with a gradient of its own. */
export interface Step {
  readonly operator: string;
  readonly inputs: readonly (Tensor | undefined)[];
  readonly outputs: readonly Tensor[];
  readonly attributes: Attributes;
  readonly scope: string;
  readonly gradient?: Gradient;
}

export interface Constant {
  readonly tensor: Tensor;
  readonly data: Float32Array | Int32Array | BigInt64Array | Uint8Array;
}

/** A graph under construction. Nodes are kept in the order in which they were applied, which is a valid order to run them in. */
export class Graph {
  readonly inputs: Tensor[] = [];
  readonly outputs: { name: string; tensor: Tensor; scope: string }[] = [];
  readonly nodes: Node[] = [];
  readonly constants = new Map<string, Constant>();
  readonly steps: Step[] = [];
  readonly #parent: Graph | undefined;
  /** how many graphs stand around this one */
  readonly nesting: number;
  #count = 0;
  #compositesOpen = 0;
  #scope = '';

  /** what the graph is built for: where formulations differ in speed or an operator is missing, the device's is taken */
  readonly device: Device;

  /** @param parent the graph whose tensors may be used here, where this one is the body of one of its nodes */
  constructor({ parent, device }: { readonly parent?: Graph; readonly device?: Device } = {}) {
    this.#parent = parent;
    this.nesting = parent ? parent.nesting + 1 : 0;
    this.device = parent?.device ?? device ?? 'cpu';
  }

  #newName(hint: string): string {
    return this.#parent ? this.#parent.#newName(hint) : `${hint}_${this.#count++}`;
  }

  tensor(hint: string, type: DataType, shape: Shape, value?: readonly Dimension[]): Tensor {
    return { graph: this, name: this.#newName(hint), type, shape, ...(value && { value }) };
  }

  /** A tensor that is fed under exactly this name. */
  input(name: string, shape: Shape, type: DataType = 'float32'): Tensor {
    if (this.inputs.some((input) => input.name === name))
      throw new AttuneError('graph', `the graph has an input named ${name} already; give each input a name of its own`);
    const tensor: Tensor = { graph: this, name, type, shape };
    this.inputs.push(tensor);
    return tensor;
  }

  /** Marks a tensor as a result, fetched under this name. */
  output(name: string, tensor: Tensor): void {
    this.outputs.push({ name, tensor, scope: this.#currentScope() });
  }

  /** A constant tensor; equal constants are stored once. */
  constant(values: readonly number[] | Float32Array, shape: readonly number[], type: DataType = 'float32'): Tensor {
    const data =
      type === 'int64'
        ? BigInt64Array.from(values as readonly number[], BigInt)
        : new { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[type](values);
    const key = `${type}[${shape}]${data.length > 4096 ? `#${this.constants.size}` : data.join()}`;
    const known = this.constants.get(key);
    if (known) return known.tensor;
    const value = type !== 'bool' && data.length <= 64 ? Array.from(values) : undefined;
    const tensor = this.tensor('constant', type, shape, value);
    this.constants.set(key, { tensor, data });
    return tensor;
  }

  /** Applies an ONNX operator and returns its outputs, their types and shapes inferred and checked by the operator table. */
  apply(operator: string, inputs: readonly (Tensor | undefined)[], attributes: Attributes = {}): Tensor[] {
    const outputs = inferOutputs(operator, inputs, attributes).map(({ type, shape, value }) =>
      this.tensor(operator, type, shape, value),
    );
    const node = { operator, inputs, outputs, attributes, scope: this.#currentScope() };
    this.nodes.push(node);
    if (this.#compositesOpen === 0) this.steps.push(node);
    return outputs;
  }

  /** Says what the nodes applied by `build`, bodies included, are part of: their names begin with the label, as `conv2/Mul_7`. */
  scope<T>(label: string, build: () => T): T {
    if (this.#parent) return this.#parent.scope(label, build);
    const around = this.#scope;
    this.#scope = `${around}${label}/`;
    try {
      return build();
    } finally {
      this.#scope = around;
    }
  }

  #currentScope(): string {
    return this.#parent ? this.#parent.#currentScope() : this.#scope;
  }

  /**
   * A named piece of graph that the reverse walk treats as one operator with its own gradient, for formulas that are better
   * differentiated by hand than operator by operator.
   */
  composite(
    name: string,
    inputs: readonly Tensor[],
    build: () => { outputs: readonly Tensor[]; gradient: Gradient },
  ): readonly Tensor[] {
    this.#compositesOpen++;
    const { outputs, gradient } = build();
    this.#compositesOpen--;
    this.steps.push({ operator: name, inputs, outputs, attributes: {}, scope: this.#currentScope(), gradient });
    return outputs;
  }
}
