import { afterAll, beforeAll, describe } from 'vitest';
import { findRedis, type OwnRedis, startRedis } from '../../../bench/scale/redis.ts';

/**
 * A `describe` with a Redis; skipped, with a plain line, where there is no `redis-server`; with `redis` in ATTUNE_REQUIRE it fails instead.
 *
 * @param body is given a function that returns the Redis, once tests run
 */
export function describeWithRedis(name: string, body: (redis: () => OwnRedis) => void): void {
  const path = findRedis();
  if (!path && (process.env.ATTUNE_REQUIRE ?? '').split(',').includes('redis'))
    throw new Error('ATTUNE_REQUIRE asks for Redis, but PATH holds no redis-server and REDIS_SERVER_PATH names none');
  if (!path) {
    console.warn(`skipped: ${name} (no redis-server in PATH; install it or set REDIS_SERVER_PATH)`);
    return void describe.skip(name, () => body(() => undefined as never));
  }
  describe(name, () => {
    let redis: OwnRedis;
    beforeAll(async () => {
      redis = await startRedis(['--databases', '64']);
    });
    afterAll(() => redis?.stop());
    body(() => redis);
  });
}
