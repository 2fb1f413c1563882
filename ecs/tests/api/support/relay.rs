//! Passes a client's bytes on to the gateway, and counts the requests among them.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy};
use tokio::net::{TcpListener, TcpStream};

/// What every request of the API has once.
const TARGET: &str = "\r\nx-amz-target:";

/// What clients sent, by connection.
type Sent = Arc<Mutex<Vec<Vec<u8>>>>;

pub(crate) struct Relay {
    pub(crate) address: SocketAddr,
    sent: Sent,
}

impl Relay {
    pub(crate) async fn before(gateway: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let relay = Self { address: listener.local_addr().unwrap(), sent: Sent::default() };
        let sent = Arc::clone(&relay.sent);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(pass(stream, gateway, Arc::clone(&sent)));
            }
        });
        relay
    }

    /// How many requests came.
    pub(crate) fn requests(&self) -> usize {
        let sent = self.sent.lock().unwrap();
        let count = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).to_lowercase().matches(TARGET).count();
        sent.iter().map(count).sum()
    }

    /// The body of the only request.
    pub(crate) fn only(&self) -> Vec<u8> {
        let sent = self.sent.lock().unwrap();
        assert_eq!(sent.len(), 1);
        let bytes = &sent[0];
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        bytes[end + 4..].to_vec()
    }
}

async fn pass(client: TcpStream, gateway: SocketAddr, sent: Sent) {
    let connection = {
        let mut sent = sent.lock().unwrap();
        sent.push(Vec::new());
        sent.len() - 1
    };
    let (mut requests, mut answers) = client.into_split();
    let (mut from, mut to) = TcpStream::connect(gateway).await.unwrap().into_split();
    let back = tokio::spawn(async move { copy(&mut from, &mut answers).await });
    let mut chunk = vec![0; 16 << 10];
    while let Ok(read @ 1..) = requests.read(&mut chunk).await {
        sent.lock().unwrap()[connection].extend_from_slice(&chunk[..read]);
        if to.write_all(&chunk[..read]).await.is_err() {
            break;
        }
    }
    drop(to);
    drop(back.await);
}
