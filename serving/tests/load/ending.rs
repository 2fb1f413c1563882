//! Callers that ask without a pause, before the end is announced and after.

use std::cell::Cell;
use std::net::SocketAddr;
use std::time::Duration;

use futures::future::join_all;
use hyper::StatusCode;
use tokio::net::TcpStream;
use tokio::time::sleep;

use super::{Client, keep_asking};

const CALLERS: usize = 16;

/// Answers to all callers together, before the end is announced and after.
const MANY: usize = 400;

/// How callers come and go: they go on until as many were answered after the announcement as before it.
struct Course<E> {
    announce: E,
    answers: Cell<usize>,
}

impl<E: Fn()> Course<E> {
    fn answered(&self) {
        self.answers.set(self.answers.get() + 1);
        if self.answers.get() == MANY {
            (self.announce)();
        }
    }

    fn goes_on(&self) -> bool {
        self.answers.get() < 2 * MANY
    }
}

/// Callers ask without a pause, the server is told to end, and they ask on.
pub(crate) async fn lose_nothing(
    announce: impl Fn(),
    connect: impl AsyncFn() -> std::io::Result<Client>,
    ask: impl AsyncFn(&mut Client) -> Result<StatusCode, hyper::Error>,
    expected: StatusCode,
) {
    let course = Course { announce, answers: Cell::new(0) };
    let counted = async |client: &mut Client| {
        let status = ask(client).await?;
        course.answered();
        Ok(status)
    };
    let callers = (0..CALLERS).map(|_| keep_asking(&connect, &counted, expected, || course.goes_on()));
    let answered: usize = join_all(callers).await.into_iter().sum();
    assert!(answered >= 2 * MANY, "{answered} answers: it took no connections after the signal");
}

/// Waits until nobody can connect any more.
pub(crate) async fn closed(address: SocketAddr) {
    while TcpStream::connect(address).await.is_ok() {
        sleep(Duration::from_millis(20)).await;
    }
}
