/** Of the encoder's file that comes with this version; recipes/encoder.ts writes it. */
export const ENCODER_SHA256 = '408f0a608a0e4b863ae7c236cf67862399250be1d8a316d494e2a6245d9b4903';
/** Numbers of one of its frames. */
export const ENCODER_WIDTH = 384;
/** Frames of 20 ms in a segment of 2 s. */
export const ENCODER_FRAMES = 100;
