// Declarations of what the recipe for speech detection uses of a package that brings none.

declare module '@echogarden/fvad-wasm' {
  /** libfvad, WebRTC's detector; pointers are byte offsets into the heap. */
  export interface FvadModule {
    /** replaced whenever the heap grows: read it anew after each call */
    readonly HEAP16: Int16Array;
    _malloc(bytes: number): number;
    _free(pointer: number): void;
    _fvad_new(): number;
    _fvad_free(detector: number): void;
    _fvad_set_sample_rate(detector: number, hz: number): number;
    /** @param mode 0, which takes most for speech, to 3 */
    _fvad_set_mode(detector: number, mode: number): number;
    /** @returns 1 for speech, 0 for none, -1 for a frame of another length than 10, 20 or 30 ms */
    _fvad_process(detector: number, frame: number, length: number): number;
  }
  export default function instantiate(): Promise<FvadModule>;
}
