// Requests with exact control of their headers, which no browser gives.

import { request } from 'node:https';

/**
 * Sends one through a proxy at `origin`: its `status`, `headers` and `text`. `headers` is a list of name and value, so
 * that a name may occur twice; a `form` is posted as the console's own pages post it.
 */
export function sendRequest(origin, path, options = {}) {
  const { cookie, headers = [], form, method = form ? 'POST' : 'GET' } = options;
  const body = options.body ?? (form && new URLSearchParams(form).toString());
  const { hostname, port, host } = new URL(origin);
  const sent = [['Host', host]];
  if (cookie) sent.push(['Cookie', cookie]);
  if (form) {
    sent.push(['Content-Type', 'application/x-www-form-urlencoded'], ['Origin', origin], ['Sec-Fetch-Site', 'same-origin']);
  }
  sent.push(...headers);
  if (body !== undefined) sent.push(['Content-Length', `${Buffer.byteLength(body)}`]);
  if (!sent.some(([name]) => name.toLowerCase() === 'connection')) sent.push(['Connection', 'close']);
  const where = { host: '127.0.0.1', port, servername: hostname, rejectUnauthorized: false, method, path, agent: false };
  return new Promise((resolve, reject) => {
    const outgoing = request({ ...where, headers: sent.flat(), setHost: false }, async (answer) => {
      const chunks = [];
      for await (const chunk of answer) chunks.push(chunk);
      resolve({ status: answer.statusCode, headers: answer.headers, text: Buffer.concat(chunks).toString() });
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

/** The ticket in a form. */
export const ticketIn = (html) => /name="ticket"[^>]*value="([^"]+)"/.exec(html)?.[1];
