//! A name server that knows one name: the API server's, as pods call it.
//!
//! Source: RFC 1035, section 4.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result};
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

use crate::node::machine::network::{KUBERNETES, NODE};

/// What it knows.
const NAME: &str = "kubernetes.default.svc.cluster.local";

const HEADER: usize = 12;
const ADDRESS: [u8; 4] = [0, 1, 0, 1];

/// The listening server. Ends when dropped.
pub(crate) struct Names {
    answered: Arc<AtomicU32>,
    listening: JoinHandle<()>,
}

impl Names {
    /// Listens where the kubelet tells pods to ask.
    pub(crate) async fn start() -> Result<Self> {
        let socket = UdpSocket::bind(SocketAddr::from((NODE, 53))).await?;
        let address = KUBERNETES.parse().context("not an address")?;
        let answered = Arc::<AtomicU32>::default();
        let count = Arc::clone(&answered);
        let listening = tokio::spawn(async move {
            let mut buffer = [0; 512];
            while let Ok((length, asker)) = socket.recv_from(&mut buffer).await {
                let Some((answer, known)) = answer(&buffer[..length], address) else { continue };
                count.fetch_add(u32::from(known), Ordering::Relaxed);
                // Who asked asks again.
                let _ = socket.send_to(&answer, asker).await;
            }
        });
        Ok(Self { answered, listening })
    }

    /// How often it was asked for the name's address.
    pub(crate) fn answered(&self) -> u32 {
        self.answered.load(Ordering::Relaxed)
    }
}

impl Drop for Names {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// The answer to a query of one question, and whether it holds the address.
fn answer(query: &[u8], address: Ipv4Addr) -> Option<(Vec<u8>, bool)> {
    let (name, end) = question(query)?;
    let kind = query.get(end..end + 4)?;
    let (ours, asked) = (name.eq_ignore_ascii_case(NAME), kind == ADDRESS);
    let known = ours && asked;
    let mut text = query.get(..2)?.to_vec();
    // An authoritative answer; "no such name" for any other.
    text.extend([0x85, if ours { 0x80 } else { 0x83 }, 0, 1, 0, u8::from(known), 0, 0, 0, 0]);
    text.extend(query.get(HEADER..end + 4)?);
    if known {
        // The name of the question; five seconds; four bytes.
        text.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4]);
        text.extend(address.octets());
    }
    Some((text, known))
}

/// The name asked for, and where it ends.
fn question(query: &[u8]) -> Option<(String, usize)> {
    let (mut labels, mut at) = (Vec::new(), HEADER);
    loop {
        let length = usize::from(*query.get(at)?);
        at += 1;
        if length == 0 {
            return Some((labels.join("."), at));
        }
        labels.push(String::from_utf8_lossy(query.get(at..at + length)?).into_owned());
        at += length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(name: &str) -> Vec<u8> {
        let mut text = vec![7, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        for label in name.split('.') {
            text.push(u8::try_from(label.len()).unwrap_or_default());
            text.extend(label.as_bytes());
        }
        text.extend([0, 0, 1, 0, 1]);
        text
    }

    #[test]
    fn the_known_name_has_its_address_and_another_none() {
        let address = Ipv4Addr::new(10, 96, 0, 1);
        let known = answer(&query(NAME), address);
        assert!(known.is_some_and(|(text, known)| known && text.ends_with(&[10, 96, 0, 1])));
        let other = answer(&query("elsewhere.example"), address);
        assert!(other.is_some_and(|(text, known)| !known && text[3] == 0x83));
    }

    #[test]
    fn a_query_that_is_cut_off_is_not_answered() {
        let whole = query(NAME);
        assert!((0..whole.len()).all(|length| answer(&whole[..length], Ipv4Addr::LOCALHOST).is_none()));
    }
}
