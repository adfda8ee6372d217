import { createSign, generateKeyPairSync, randomBytes } from 'node:crypto';

/** DER: a tag, its length, and what it holds. */
function der(tag: number, ...parts: (Uint8Array | readonly number[])[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts);
const text = (tag: number, value: string) => der(tag, Buffer.from(value));
const identifier = (...bytes: number[]) => der(0x06, bytes);

const ECDSA_WITH_SHA256 = sequence(identifier(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
const COMMON_NAME = [0x55, 0x04, 0x03];
const SUBJECT_ALT_NAME = [0x55, 0x1d, 0x11];

/** A certificate of 127.0.0.1 for this day and the next, signed by itself (RFC 5280), and its key, both PEM. */
export function selfSigned(): { readonly certificate: string; readonly key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(der(0x31, sequence(identifier(...COMMON_NAME), text(0x0c, 'a test of Attune'))));
  const time = (days: number) => {
    const at = new Date(Date.now() + days * 24 * 3600 * 1000);
    return text(0x18, `${at.toISOString().replace(/[-:T]|\.\d+/g, '')}`); // GeneralizedTime
  };
  const addresses = sequence(der(0x87, [127, 0, 0, 1]));
  const extensions = sequence(sequence(identifier(...SUBJECT_ALT_NAME), der(0x04, addresses)));
  const body = sequence(
    der(0xa0, der(0x02, [2])), // version 3
    der(0x02, [1], randomBytes(8)),
    ECDSA_WITH_SHA256,
    name,
    sequence(time(-1), time(1)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  );
  const signature = createSign('sha256').update(body).sign(privateKey);
  const whole = sequence(body, ECDSA_WITH_SHA256, der(0x03, [0], signature));
  const lines = whole.toString('base64').match(/.{1,64}/g)!;
  return {
    certificate: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}
