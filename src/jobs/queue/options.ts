import type { QueueAddress } from './connect.ts';
import type { Site } from './payload.ts';

/** What coordinators and workers of a queue must agree on, and what tells them apart. */
export interface QueueSite extends QueueAddress {
  /** what does units; coordinators and workers of another never meet */
  readonly version: string;
  /** what the bytes of units depend on beside their input, such as the processor */
  readonly site: Site;
  /** a folder that all machines share, by which files come and go; absent: through Redis */
  readonly exchange?: string | undefined;
}

/** How a coordinator waits. */
export interface QueueOptions extends QueueSite {
  /** parts of `site` in which a worker must be equal; absent: none, and one that differs is told of */
  readonly same?: readonly string[] | undefined;
  /** how often a unit is tried; default: 3 */
  readonly attempts?: number | undefined;
  /** ms until a unit that failed is tried again; it doubles; default: 5,000 */
  readonly pauseMs?: number | undefined;
  /** ms between two looks at what has come; default: 1,000 */
  readonly lookMs?: number | undefined;
  /** units that are under way or wait at a time; default: 256 */
  readonly window?: number | undefined;
}

/** How a worker works. */
export interface WorkerOptions extends QueueSite {
  /** units at a time, 1 or more */
  readonly places: number;
  /** folder for what units need while they are done; default: one of the system's */
  readonly scratch?: string | undefined;
  /** ms for which a unit is a worker's own, which renews that as it goes; default: 30,000 */
  readonly lockMs?: number | undefined;
  /** ms between two looks for units whose worker is gone; default: 15,000 */
  readonly stalledMs?: number | undefined;
  /** ms between two words of itself; after three that are missing it counts as gone; default: 5,000 */
  readonly heartbeatMs?: number | undefined;
  /** the longest pause of a worker that can do none of what waits, ms; default: 5,000 */
  readonly declineMs?: number | undefined;
  /** ms between two keepings of a unit's state, for whoever goes on with it; default: 30,000 */
  readonly stateMs?: number | undefined;
}
