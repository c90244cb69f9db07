//! Random numbers that follow from a seed alone. Each draw is a hash of the seed and of what is drawn, so that no
//! draw depends on another one.
//!
//! A state file keeps seeds, not what was drawn: every text and number passed to [`SeededRandom::named`] and
//! [`SeededRandom::with`] is part of the file format.

/// A point in the space of draws; adding what is drawn leads to another point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeededRandom(u64);

const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const MIXED: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// The finalizer of SplitMix64: every bit of the input affects every bit of the output.
fn mix(mut x: u64) -> u64 {
    x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// FNV-1a hash of a text.
pub fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| {
        (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)
    })
}

impl SeededRandom {
    /// The root of all draws of a seed.
    pub fn from_seed(seed: u64) -> SeededRandom {
        SeededRandom(mix(seed))
    }

    /// The draw of something numbered.
    pub fn with(self, number: u64) -> SeededRandom {
        SeededRandom(mix(self.0 ^ number.wrapping_mul(0xd6e8_feb8_6659_fd93)))
    }

    /// The draw of something named.
    pub fn named(self, name: &str) -> SeededRandom {
        self.with(hash(name))
    }

    /// The draw as an integer.
    pub fn number(self) -> u64 {
        self.0
    }

    /// From 0 (inclusive) to 1 (exclusive).
    pub fn unit(self) -> f64 {
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    /// From `low` (inclusive) to `high` (exclusive); `low` when the range is empty.
    pub fn between(self, low: i64, high: i64) -> i64 {
        low + (self.unit() * (high - low).max(0) as f64) as i64
    }

    /// One of several choices; none when there are none.
    pub fn pick<T>(self, choices: &[T]) -> Option<&T> {
        choices.get(self.between(0, choices.len() as i64) as usize)
    }

    /// `count` lower-case letters and digits.
    pub fn lower_case(self, count: usize) -> String {
        self.letters(count, LOWER)
    }

    /// `count` letters of both cases and digits.
    pub fn mixed_case(self, count: usize) -> String {
        self.letters(count, MIXED)
    }

    fn letters(self, count: usize, alphabet: &[u8]) -> String {
        let mut state = self;
        (0..count)
            .map(|_| {
                state = state.with(1);
                char::from(alphabet[(state.0 >> 33) as usize % alphabet.len()])
            })
            .collect()
    }
}
