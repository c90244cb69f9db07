//! Networks whose members may be believed.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// One address, or all that share a prefix with it. IPv4 addresses written as IPv6
/// (`::ffff:10.0.0.1`) count as the IPv4 addresses they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network {
    address: IpAddr,
    prefix: u32,
}

impl Network {
    /// Whether `address` is in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let mask = u32::MAX.checked_shl(32 - self.prefix).unwrap_or(0);
                u32::from(own) & mask == u32::from(other) & mask
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let mask = u128::MAX.checked_shl(128 - self.prefix).unwrap_or(0);
                u128::from(own) & mask == u128::from(other) & mask
            }
            _ => false,
        }
    }

    /// Whether only this machine itself is in it.
    pub fn is_loopback(&self) -> bool {
        match self.address {
            IpAddr::V4(_) => self.address.is_loopback() && self.prefix >= 8,
            IpAddr::V6(_) => self.address.is_loopback() && self.prefix == 128,
        }
    }
}

impl FromStr for Network {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address
            .parse()
            .map_err(|_| "it is neither an address nor a network in CIDR form")?;
        if address != address.to_canonical() {
            return Err("it is an IPv4 address written as IPv6: write it as IPv4");
        }
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => longest,
            Some(digits) => number(digits)
                .filter(|prefix| *prefix <= longest)
                .ok_or("the length of its prefix is no number in range")?,
        };
        if prefix == 0 {
            return Err("it holds every address there is");
        }
        let network = Self { address, prefix };
        if network.first() != address {
            return Err("the address has bits set beyond its prefix");
        }
        // ::ffff:0:0/96 holds all of IPv4, and so does whatever holds it.
        if network.contains_mapped() {
            return Err("it holds IPv4 addresses written as IPv6: write those as IPv4");
        }
        Ok(network)
    }
}

impl Network {
    fn first(&self) -> IpAddr {
        match self.address {
            IpAddr::V4(own) => {
                let mask = u32::MAX.checked_shl(32 - self.prefix).unwrap_or(0);
                IpAddr::V4((u32::from(own) & mask).into())
            }
            IpAddr::V6(own) => {
                let mask = u128::MAX.checked_shl(128 - self.prefix).unwrap_or(0);
                IpAddr::V6((u128::from(own) & mask).into())
            }
        }
    }

    fn contains_mapped(&self) -> bool {
        let IpAddr::V6(own) = self.address else {
            return false;
        };
        let mapped = 0xffff_0000_0000_u128;
        let prefix = self.prefix.min(96);
        let mask = u128::MAX.checked_shl(128 - prefix).unwrap_or(0);
        u128::from(own) & mask == mapped & mask
    }
}

fn number(digits: &str) -> Option<u32> {
    let plain = (1..=3).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let longest = if self.address.is_ipv4() { 32 } else { 128 };
        if self.prefix == longest {
            write!(f, "{}", self.address)
        } else {
            write!(f, "{}/{}", self.address, self.prefix)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_hold_what_they_say() {
        for (network, inside, outside) in [
            ("10.0.3.7", "10.0.3.7", "10.0.3.8"),
            ("10.0.3.7", "::ffff:10.0.3.7", "::10.0.3.7"),
            ("10.0.0.0/8", "10.255.1.2", "11.0.0.0"),
            ("10.0.0.0/8", "::ffff:10.1.2.3", "::ffff:11.1.2.3"),
            ("fd00::7", "fd00::7", "fd00::8"),
            ("fd00::/8", "fdff::1", "fe00::1"),
            ("2001:db8::/33", "2001:db8:7fff::", "2001:db8:8000::"),
        ] {
            let parsed: Network = network.parse().expect(network);
            assert!(
                parsed.contains(inside.parse().expect("an address")),
                "{network} {inside}"
            );
            assert!(
                !parsed.contains(outside.parse().expect("an address")),
                "{network} {outside}"
            );
            assert_eq!(parsed.to_string(), network);
        }
    }

    #[test]
    fn what_would_let_strangers_in_is_no_network() {
        for wrong in [
            "",
            "*",
            "all",
            "any",
            "private_ranges",
            "private",
            "localhost",
            "0.0.0.0/0",
            "::/0",
            "10.0.0.1/0",
            "::ffff:10.0.0.1",
            "::ffff:10.0.0.0/104",
            "::ffff:0:0/96",
            "::/64",
            "::/1",
            "10.0.0.1/8",
            "10.0.0.0/33",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "10.0.0.0/8/8",
            "10.0.0.0/0008",
            "fd00::/129",
            "fd00::1%eth0",
            "10.0.0",
            "010.0.0.1",
            "10.0.0.0 /8",
            "10.0.0.0-10.0.0.9",
        ] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong} was taken");
        }
    }
}
