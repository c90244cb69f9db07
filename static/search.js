// Finding by words: what `src/domain/search.rs` is for the server, for what a page searches by itself. Both are
// held to the cases in `tests/data/search.json`.
globalThis.textSearch = (() => {
  'use strict';
  const [IGNORED, SEPARATORS] = ['\u00ad\u200b-\u200f\u2060\ufeff', '\\p{White_Space}\\p{Cc}\\-_\u2010-\u2015\u2212'];
  const COMBINED = '\\p{M}\u1160-\u11ff\u{16d67}\uff9e\uff9f\uffa0-\uffdc';
  const PIECE = new RegExp(`[${SEPARATORS}]|[^${IGNORED}](?:[${IGNORED}]*[${COMBINED}])*`, 'gu');
  const ACCENT = /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/gu;
  const SEPARATOR = new RegExp(`[${SEPARATORS}]`, 'gu');
  const [UPPER, LOWER, UNCASED] = [/^\p{Uppercase}/u, /^\p{Lowercase}/u, /^[\p{Alphabetic}\p{N}]/u];
  const QUOTES = /^["'`,;]+|["'`,;]+$/g;

  // NFKC and full case folding. To lower, upper and lower case again is that for every letter but the dotless i.
  const folded = (letter) => (letter === 'ı' ? letter : letter.toLowerCase().toUpperCase().toLowerCase());
  const fold = (text) => {
    if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase();
    return [...text.normalize('NFKC')].map(folded).join('').normalize('NFKC');
  };

  const unaccented = (folded) => folded.normalize('NFKD').replace(ACCENT, '').normalize('NFKC');

  // By the first character of a piece, and what it leaves when it is folded.
  const classOf = (piece, left) => {
    if (left === '') return 'separator';
    if (UPPER.test(piece)) return 'upper';
    if (LOWER.test(piece)) return 'lower';
    return UNCASED.test(piece) ? 'uncased' : 'punctuation';
  };
  const startsWord = (before, kind, after) => {
    if (before === 'separator') return true;
    if (kind === 'punctuation') return false;
    if (before === 'punctuation') return true;
    if (kind !== 'upper') return false;
    return before === 'upper' ? after === 'lower' : true;
  };

  // A text as searches compare it: folded, without separators; for each unit of that, where it came from.
  const prepare = (given) => {
    const pieces = [...given.matchAll(PIECE)].map(({ index: at, 0: text }) => {
      const left = unaccented(fold(text)).replace(SEPARATOR, '');
      return { at, end: at + text.length, left, kind: classOf(text, left) };
    });
    const [parts, from, to, words] = [[], [], [], []];
    let before = 'separator';
    pieces.forEach(({ at, end, left, kind }, index) => {
      if (kind !== 'separator') {
        if (startsWord(before, kind, pieces[index + 1]?.kind)) words.push('');
        words[words.length - 1] += left;
        parts.push(left);
        for (let unit = 0; unit < left.length; unit += 1) {
          from.push(at);
          to.push(end);
        }
      }
      before = kind;
    });
    return { text: parts.join(''), words, from, to };
  };

  // The words of a query: each whole, and what it is made of.
  const parse = (given) => {
    const texts = given.split(/[\p{White_Space}\p{Cc}]+/u).filter(Boolean);
    const words = texts.map((text) => prepare(text.replace(QUOTES, '') || text)).filter((word) => word.text);
    return { isEmpty: texts.length === 0, words };
  };

  // Whether every word is in some field: anywhere in a name or a value, or part by part at the beginnings of a name's words.
  const matches = (query, names, values) => {
    if (query.isEmpty) return true;
    const prepared = names.map(prepare);
    const texts = [...prepared, ...values.map(prepare)].map(({ text }) => text);
    const words = prepared.flatMap((name) => name.words);
    const isFound = ({ text, words: parts }) => texts.some((field) => field.includes(text))
      || (parts.length > 1 && parts.every((part) => words.some((word) => word.startsWith(part))));
    return query.words.length > 0 && query.words.every(isFound);
  };

  // Where a phrase is in a prepared text, as pairs of beginning and end in the text as it was given.
  const occurrences = ({ text, from, to }, phrase, most) => {
    const needle = prepare(phrase).text;
    const found = [];
    let at = needle ? text.indexOf(needle) : -1;
    while (at >= 0 && found.length < most) {
      found.push([from[at], to[at + needle.length - 1]]);
      at = text.indexOf(needle, at + needle.length);
    }
    return found;
  };

  return { prepare, parse, matches, occurrences };
})();
