//! Address blocks.

use std::net::IpAddr;

/// A block of addresses, such as `10.0.0.0/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cidr {
    first: u128,
    length: u32,
    bits: u32,
}

/// Private IPv4 ranges (RFC 1918), the shared range (RFC 6598) and IPv6's unique local range (RFC 4193).
const PRIVATE: [&str; 5] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"];
/// Link-local IPv4 (RFC 3927), and the addresses that EKS and EC2 use for IPv6.
const LINK_LOCAL: [&str; 2] = ["169.254.0.0/16", "fd00:ec2::/32"];
/// A public block at most this long is meant for the internet at large.
const WIDE: u32 = 4;

impl Cidr {
    /// Reads a block; an address alone is a block of one.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length.parse().ok()?)),
            None => (text, None),
        };
        let (value, bits) = number(address.parse().ok()?);
        let length = length.unwrap_or(bits);
        (length <= bits).then(|| Self { first: value & mask(length, bits), length, bits })
    }

    /// Whether an address is in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        let (value, bits) = number(address);
        bits == self.bits && value & mask(self.length, bits) == self.first
    }

    /// Whether every private address of its family is outside: nothing in a VPC can be meant.
    pub fn is_public(&self) -> bool {
        !PRIVATE.iter().filter_map(|block| Self::parse(block)).any(|private| self.overlaps(&private))
    }

    /// Whether it is a part of the link-local ranges: metadata and agents, never an AWS service.
    pub fn is_link_local(&self) -> bool {
        let within =
            |wider: Self| wider.bits == self.bits && wider.length <= self.length && wider.overlaps(self);
        LINK_LOCAL.iter().filter_map(|block| Self::parse(block)).any(within)
    }

    /// Whether it covers the internet at large.
    pub fn is_wide(&self) -> bool {
        self.length <= WIDE
    }

    fn overlaps(&self, other: &Self) -> bool {
        let shorter = mask(self.length.min(other.length), self.bits);
        self.bits == other.bits && self.first & shorter == other.first & shorter
    }
}

fn number(address: IpAddr) -> (u128, u32) {
    match address {
        IpAddr::V4(address) => (u128::from(u32::from(address)), 32),
        IpAddr::V6(address) => (u128::from(address), 128),
    }
}

fn mask(length: u32, bits: u32) -> u128 {
    let all = u128::MAX >> (128 - bits);
    all & !all.checked_shr(length).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(text: &str) -> Cidr {
        Cidr::parse(text).expect("a block")
    }

    #[test]
    fn a_block_contains_what_begins_with_its_bits() {
        let contains = |text: &str, address: &str| block(text).contains(address.parse().expect("an address"));
        assert!(contains("169.254.170.23/32", "169.254.170.23") && contains("0.0.0.0/0", "169.254.169.254"));
        assert!(contains("169.254.0.0/16", "169.254.170.2") && contains("fd00:ec2::23/128", "fd00:ec2::23"));
        assert!(!contains("169.254.170.0/28", "169.254.170.23") && !contains("::/0", "10.0.0.1"));
    }

    #[test]
    fn what_is_no_block_is_none() {
        for text in ["10.0.0.0/33", "10.0.0/8", "x", "10.0.0.0/", "::/129", ""] {
            assert_eq!(Cidr::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_private_range_is_told_from_a_public_one() {
        assert!(!block("10.20.0.0/16").is_public() && !block("0.0.0.0/0").is_public());
        assert!(block("203.0.113.0/24").is_public() && block("169.254.170.23/32").is_public());
        assert!(block("0.0.0.0/0").is_wide() && !block("52.94.0.0/16").is_wide());
    }
}
