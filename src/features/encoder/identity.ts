/** Of the encoder's file that comes with this version; recipes/encoder.ts writes it. */
export const ENCODER_SHA256 = '65c93170854fb6554f9c71d380e114fb8a73120482fc85f225960ca6cb983e12';
/** Of files that came with former versions, whose numbers this one holds too: what was learned behind them is of use behind it. */
export const ENCODERS_WITHIN: readonly string[] = ['408f0a608a0e4b863ae7c236cf67862399250be1d8a316d494e2a6245d9b4903'];
/** Numbers of one of its frames. */
export const ENCODER_WIDTH = 384;
/** Frames of 20 ms in a segment of 2 s. */
export const ENCODER_FRAMES = 100;
