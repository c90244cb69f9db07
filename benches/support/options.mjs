// The options of a bench in Node.

import { parseArgs } from 'node:util';

/**
 * What the command line says: the values of the full form, with `--short` those of the short form instead, and each
 * `--name VALUE` that is given before both. Fails on an option that the bench does not have.
 */
export function options(full, short) {
  const named = Object.keys(full).map((name) => [name, { type: 'string' }]);
  const { values } = parseArgs({ options: { short: { type: 'boolean', default: false }, ...Object.fromEntries(named) } });
  return { ...full, ...(values.short ? short : {}), ...values };
}
