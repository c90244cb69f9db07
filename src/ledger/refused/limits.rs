//! How many refused requests are written down: so many at once, then so many a second, then so many a
//! day, so that whoever sends what is refused cannot fill the disk. What is over is counted.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

/// Of one client: at once, and a second.
const CLIENT: Rate = Rate {
    burst: 50.0,
    a_second: 1.0,
};
/// Of all together: at once, and a second.
const ALL: Rate = Rate {
    burst: 100.0,
    a_second: 5.0,
};
/// Of all together over a day. With 700 bytes each, seven megabytes a day.
const DAY: Rate = Rate {
    burst: 10_000.0,
    a_second: 10_000.0 / 86_400.0,
};
/// Clients that are told apart.
const CLIENTS: usize = 1_024;

struct Rate {
    burst: f64,
    a_second: f64,
}

struct Bucket {
    left: f64,
    at: i64,
}

impl Bucket {
    fn full(rate: &Rate, now: i64) -> Self {
        Self {
            left: rate.burst,
            at: now,
        }
    }

    fn fill(&mut self, rate: &Rate, now: i64) {
        let seconds = (now - self.at).max(0) as f64 / 1000.0;
        self.left = (self.left + seconds * rate.a_second).min(rate.burst);
        self.at = now;
    }

    fn take(&mut self, rate: &Rate, now: i64) -> bool {
        self.fill(rate, now);
        let enough = self.left >= 1.0;
        if enough {
            self.left -= 1.0;
        }
        enough
    }
}

#[derive(Default)]
pub(super) struct Limits(Mutex<State>);

#[derive(Default)]
struct State {
    clients: HashMap<Option<IpAddr>, Bucket>,
    all: Option<Bucket>,
    day: Option<Bucket>,
    suppressed: u64,
}

impl Limits {
    /// Whether one more from this client is written down; one that is not is counted.
    pub(super) fn allow(&self, client: Option<IpAddr>, now: Timestamp) -> bool {
        let now = now.as_millisecond();
        let mut state = self.state();
        let allowed = state.client(client.map(network), now)
            && take(&mut state.all, &ALL, now)
            && take(&mut state.day, &DAY, now);
        if !allowed {
            state.suppressed += 1;
        }
        allowed
    }

    /// Counts one that could not be queued.
    pub(super) fn count(&self) {
        self.put_back(1);
    }

    /// How many were only counted since the last time.
    pub(super) fn take_suppressed(&self) -> u64 {
        std::mem::take(&mut self.state().suppressed)
    }

    /// Counts so many again, because they could not be told.
    pub(super) fn put_back(&self, suppressed: u64) {
        self.state().suppressed += suppressed;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn client(&mut self, client: Option<IpAddr>, now: i64) -> bool {
        if self.clients.len() >= CLIENTS && !self.clients.contains_key(&client) {
            for bucket in self.clients.values_mut() {
                bucket.fill(&CLIENT, now);
            }
            self.clients.retain(|_, bucket| bucket.left < CLIENT.burst);
            if self.clients.len() >= CLIENTS {
                // What all may do together still holds.
                self.clients.clear();
            }
        }
        let bucket = self.clients.entry(client);
        bucket
            .or_insert_with(|| Bucket::full(&CLIENT, now))
            .take(&CLIENT, now)
    }
}

fn take(bucket: &mut Option<Bucket>, rate: &Rate, now: i64) -> bool {
    bucket
        .get_or_insert_with(|| Bucket::full(rate, now))
        .take(rate, now)
}

/// One household of IPv6 has a network of addresses.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + second).unwrap()
    }

    fn client(last: u8) -> Option<IpAddr> {
        Some(IpAddr::from([192, 0, 2, last]))
    }

    #[test]
    fn one_client_has_its_burst_and_then_one_a_second() {
        let limits = Limits::default();
        let allowed = |second| {
            (0..200)
                .filter(|_| limits.allow(client(1), at(second)))
                .count()
        };
        assert_eq!(allowed(0), 50);
        assert_eq!(allowed(3), 3);
        assert_eq!(limits.take_suppressed(), 150 + 197);
        assert_eq!(limits.take_suppressed(), 0);
    }

    #[test]
    fn all_together_have_a_bound_too_and_a_day_has_one() {
        let limits = Limits::default();
        let allowed = (0..=255).filter(|one| limits.allow(client(*one), at(0)));
        assert_eq!(allowed.count(), 100);
        let mut a_day = 0;
        for second in 1..86_400 {
            a_day += (0..10)
                .filter(|one| limits.allow(client(*one), at(second)))
                .count();
        }
        assert!((15_000..=20_000).contains(&a_day), "{a_day}");
    }

    #[test]
    fn a_network_of_addresses_is_one_client_and_their_number_is_bounded() {
        let limits = Limits::default();
        for host in 0..5_000u16 {
            let address = Ipv6Addr::new(0x2001, 0xdb8, 0, 1, host, 0, 0, 1);
            limits.allow(Some(address.into()), at(0));
        }
        assert_eq!(limits.state().clients.len(), 1);
        for net in 0..5_000u16 {
            let address = Ipv6Addr::new(0x2001, 0xdb8, 0, net, 0, 0, 0, 1);
            limits.allow(Some(address.into()), at(0));
        }
        assert!(limits.state().clients.len() <= CLIENTS);
    }
}
