//! Addresses that no user has business with: everything that is not a plain public host.

use std::net::IpAddr;

use super::network::Network;

const BLOCKED: &[Network] = &[
    // This host, private and shared networks, loopback, and the links of clouds to their own services.
    Network::v4([0, 0, 0, 0], 8),
    Network::v4([10, 0, 0, 0], 8),
    Network::v4([100, 64, 0, 0], 10),
    Network::v4([127, 0, 0, 0], 8),
    Network::v4([169, 254, 0, 0], 16),
    Network::v4([172, 16, 0, 0], 12),
    Network::v4([192, 168, 0, 0], 16),
    // Reserved for protocols, documents and measurements; the way from IPv6 to IPv4.
    Network::v4([192, 0, 0, 0], 24),
    Network::v4([192, 0, 2, 0], 24),
    Network::v4([192, 88, 99, 0], 24),
    Network::v4([198, 18, 0, 0], 15),
    Network::v4([198, 51, 100, 0], 24),
    Network::v4([203, 0, 113, 0], 24),
    // Groups, what is reserved, and everybody at once.
    Network::v4([224, 0, 0, 0], 4),
    Network::v4([240, 0, 0, 0], 4),
    // Unspecified, loopback, and every disguise of IPv4 addresses: they would reach what the rows above keep away. Of all
    // that begins so nothing is public.
    Network::v6([0, 0, 0, 0, 0, 0, 0, 0], 8),
    Network::v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16),
    // Teredo, and what else is set aside for protocols.
    Network::v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    // Discarded, documents, segment routing.
    Network::v6([0x100, 0, 0, 0, 0, 0, 0, 0], 64),
    Network::v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32),
    Network::v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),
    Network::v6([0x5f00, 0, 0, 0, 0, 0, 0, 0], 16),
    // Private, of one link, of one site, and groups.
    Network::v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7),
    Network::v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10),
    Network::v6([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10),
    Network::v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8),
];

pub fn is_blocked(address: IpAddr) -> bool {
    let address = address.to_canonical();
    BLOCKED.iter().any(|network| network.contains(address))
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use proptest::prelude::*;

    use super::*;

    fn blocked(text: &str) -> bool {
        is_blocked(text.parse().unwrap())
    }

    #[test]
    fn the_first_and_the_last_address_of_every_range_are_blocked_and_their_neighbours_are_not() {
        let ranges = [
            ("0.0.0.0", "0.255.255.255", "1.0.0.0"),
            ("10.0.0.0", "10.255.255.255", "11.0.0.0"),
            ("100.64.0.0", "100.127.255.255", "100.128.0.0"),
            ("127.0.0.0", "127.255.255.255", "128.0.0.0"),
            ("169.254.0.0", "169.254.255.255", "169.255.0.0"),
            ("172.16.0.0", "172.31.255.255", "172.32.0.0"),
            ("192.0.0.0", "192.0.0.255", "192.0.1.0"),
            ("192.0.2.0", "192.0.2.255", "192.0.3.0"),
            ("192.88.99.0", "192.88.99.255", "192.88.100.0"),
            ("192.168.0.0", "192.168.255.255", "192.169.0.0"),
            ("198.18.0.0", "198.19.255.255", "198.20.0.0"),
            ("198.51.100.0", "198.51.100.255", "198.51.101.0"),
            ("203.0.113.0", "203.0.113.255", "203.0.114.0"),
            ("224.0.0.0", "255.255.255.255", "223.255.255.255"),
            ("::", "ff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "100:0:0:1::"),
            ("100::", "100::ffff:ffff:ffff:ffff", "101::"),
            ("2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::"),
            ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::"),
            ("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2003::"),
            ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::"),
            ("5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "5f01::"),
            ("fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe00::"),
            ("fe80::", "fec0::ffff", "fe7f::"),
            ("ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fbff::"),
        ];
        for (first, last, neighbour) in ranges {
            assert!(blocked(first) && blocked(last), "{first} to {last}");
            assert!(!blocked(neighbour), "{neighbour}");
        }
    }

    #[test]
    fn public_hosts_are_not_blocked() {
        for public in ["1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "2a00:1450:4001::1"] {
            assert!(!blocked(public), "{public}");
        }
    }

    proptest! {
        /// The standard library knows these kinds of addresses by rules of its own.
        #[test]
        fn what_the_standard_library_calls_special_is_blocked(bits in any::<u32>()) {
            let address = Ipv4Addr::from_bits(bits);
            let is_special = address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_unspecified()
                || address.is_broadcast()
                || address.is_multicast()
                || address.is_documentation();
            prop_assert!(!is_special || is_blocked(address.into()), "{}", address);
        }

        #[test]
        fn the_same_of_version_6(bits in any::<u128>(), of_kind in 0..4u8) {
            let first = [0, 0xfc00 << 112, 0xfe80 << 112, 0xff00 << 112][usize::from(of_kind)];
            let address = Ipv6Addr::from_bits(first | bits >> 16);
            let is_special = address.is_loopback()
                || address.is_unspecified()
                || address.is_multicast()
                || address.is_unique_local()
                || address.is_unicast_link_local();
            prop_assert!(!is_special || is_blocked(address.into()), "{}", address);
        }

        /// However an IPv4 address is dressed up, it is blocked when it is blocked in plain.
        #[test]
        fn an_address_in_disguise_is_not_freer_than_itself(bits in any::<u32>()) {
            let plain = Ipv4Addr::from_bits(bits);
            prop_assert_eq!(is_blocked(plain.to_ipv6_mapped().into()), is_blocked(plain.into()));
            let [a, b, c, d] = plain.octets().map(u16::from);
            let (high, low) = (a << 8 | b, c << 8 | d);
            for disguised in [
                Ipv6Addr::new(0, 0, 0, 0, 0, 0, high, low),
                Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, high, low),
                Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
                Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, high, low),
                Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
                Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, !high, !low),
            ] {
                prop_assert!(is_blocked(disguised.into()), "{}", disguised);
            }
        }

        #[test]
        fn an_address_of_a_private_network_is_blocked(low in any::<u32>()) {
            for first in [0x0a00_0000_u32, 0x7f00_0000] {
                prop_assert!(is_blocked(Ipv4Addr::from_bits(first | low >> 8).into()));
            }
        }
    }
}
