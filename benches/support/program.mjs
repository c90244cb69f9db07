// The program that a bench measures: the one that SLUICEGATE names, else the release build. To be imported before what
// starts it.

import { fileURLToPath } from 'node:url';

process.env.SLUICEGATE ??= fileURLToPath(new URL('../../target/release/sluicegate', import.meta.url));
