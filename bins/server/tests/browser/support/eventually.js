// Waiting for a state of the world, never for an amount of time.

import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

const PATIENCE_MS = 15_000;
const PAUSE_MS = 20;

/** Reads until the value equals `expected`; fails with the last value that was read. */
export async function eventually(what, read, expected) {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const actual = await read();
    try {
      assert.deepEqual(actual, expected, what);
      return;
    } catch (difference) {
      if (performance.now() > deadline) throw difference;
    }
    await pause(PAUSE_MS);
  }
}
