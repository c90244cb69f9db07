//! The client's address, as the proxies in between report it.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName};

use super::Network;

/// The right-most address in the header `name` that is not a trusted proxy's. Whatever is left of it was
/// sent by somebody who is not trusted. `None` where an address that comes before it cannot be read. For the
/// records only.
pub(super) fn read(
    headers: &HeaderMap,
    name: &HeaderName,
    trusted_proxies: &[Network],
) -> Option<IpAddr> {
    let lines: Vec<&[u8]> = headers
        .get_all(name)
        .iter()
        .map(|value| value.as_bytes())
        .collect();
    let hops = lines
        .into_iter()
        .rev()
        .flat_map(|line| line.rsplit(|byte| *byte == b','));
    for hop in hops {
        let address = parse(hop)?;
        if !trusted_proxies.iter().any(|proxy| proxy.contains(address)) {
            return Some(address);
        }
    }
    None
}

/// Parses an address with or without a port.
fn parse(hop: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(hop.trim_ascii()).ok()?;
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let address = match (text.parse(), text.parse::<SocketAddr>(), bare) {
        (Ok(address), ..) => address,
        (_, Ok(socket), _) => socket.ip(),
        (.., Some(bare)) => IpAddr::V6(bare.parse().ok()?),
        _ => return None,
    };
    Some(address.to_canonical())
}
