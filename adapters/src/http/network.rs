//! Networks in the notation `10.0.0.0/8`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// All addresses that begin with the same bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    first: IpAddr,
    bits: u8,
}

/// The text is no network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no network; a network is its first address and a number of bits, as 10.0.0.0/8")]
pub struct NoNetwork(String);

impl Network {
    pub(super) const fn v4(first: [u8; 4], bits: u8) -> Self {
        let [a, b, c, d] = first;
        Self { first: IpAddr::V4(Ipv4Addr::new(a, b, c, d)), bits }
    }

    pub(super) const fn v6(first: [u16; 8], bits: u8) -> Self {
        let [a, b, c, d, e, f, g, h] = first;
        Self { first: IpAddr::V6(Ipv6Addr::new(a, b, c, d, e, f, g, h)), bits }
    }

    /// Addresses of the other family are in no network of this one.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.first, address) {
            (IpAddr::V4(first), IpAddr::V4(address)) => {
                begins_alike(first.to_bits().into(), address.to_bits().into(), 32, self.bits)
            }
            (IpAddr::V6(first), IpAddr::V6(address)) => {
                begins_alike(first.to_bits(), address.to_bits(), 128, self.bits)
            }
            _ => false,
        }
    }
}

fn begins_alike(first: u128, second: u128, width: u8, bits: u8) -> bool {
    // Shifting all bits away is no shift at all in Rust.
    bits == 0 || (first ^ second) >> (width - bits) == 0
}

impl FromStr for Network {
    type Err = NoNetwork;

    fn from_str(text: &str) -> Result<Self, NoNetwork> {
        let parse = || {
            let (first, bits) = text.trim().split_once('/')?;
            let (first, bits): (IpAddr, u8) = (first.parse().ok()?, bits.parse().ok()?);
            (bits <= if first.is_ipv4() { 32 } else { 128 }).then_some(Self { first, bits })
        };
        parse().ok_or_else(|| NoNetwork(text.trim().to_owned()))
    }
}

/// Networks separated by commas; none is allowed.
pub fn parse_networks(text: &str) -> Result<Vec<Network>, NoNetwork> {
    text.split(',').filter(|part| !part.trim().is_empty()).map(str::parse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(network: &str, address: &str) -> bool {
        network.parse::<Network>().unwrap().contains(address.parse().unwrap())
    }

    #[test]
    fn a_network_holds_what_begins_like_it() {
        assert!(contains("10.0.0.0/8", "10.255.255.255"));
        assert!(!contains("10.0.0.0/8", "11.0.0.0"));
        assert!(contains("0.0.0.0/0", "203.0.113.7"));
        assert!(contains("127.0.0.1/32", "127.0.0.1"));
        assert!(!contains("127.0.0.1/32", "127.0.0.2"));
        assert!(contains("fc00::/7", "fdff::1"));
        assert!(!contains("fc00::/7", "fe00::1"));
        assert!(!contains("0.0.0.0/0", "::1"));
    }

    #[test]
    fn what_is_no_network_is_named() {
        for bad in ["10.0.0.0", "10.0.0.0/33", "10.0.0/8", "::/129", "all", "10.0.0.0/-1"] {
            assert!(bad.parse::<Network>().is_err(), "{bad}");
        }
        assert_eq!(parse_networks(" ").unwrap(), []);
        assert_eq!(parse_networks("127.0.0.0/8, ::1/128").unwrap().len(), 2);
        assert_eq!(parse_networks("127.0.0.0/8,x").unwrap_err(), NoNetwork("x".into()));
    }
}
