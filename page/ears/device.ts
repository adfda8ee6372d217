/** Whether threads may share memory: where the page is served with the headers of cross-origin isolation. */
export const isolated = globalThis.crossOriginIsolated === true;
