//! A line on the terminal when a run takes long.

use std::io::{IsTerminal as _, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// How long a run is silent.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the line is renewed.
const BEAT: Duration = Duration::from_millis(200);

/// Counts files; shows the count on a terminal after a second, and takes the line away when dropped.
pub(crate) struct Progress {
    done: Arc<AtomicUsize>,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Begins to count.
    pub(crate) fn start(total: usize) -> Self {
        let done = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&done);
        let line = move || format!("checked {} of {total} files", count.load(Ordering::Relaxed));
        let mut progress = Self::showing(line);
        progress.done = done;
        progress
    }

    /// Begins to show what somebody else counts.
    pub(crate) fn showing(line: impl Fn() -> String + Send + 'static) -> Self {
        let done = Arc::default();
        if !std::io::stderr().is_terminal() {
            return Self { done, stop: None, thread: None };
        }
        let (stop, stopped) = channel();
        let thread = std::thread::spawn(move || show(&line, &stopped));
        Self { done, stop: Some(stop), thread: Some(thread) }
    }

    /// One more file is done.
    pub(crate) fn step(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn show(line: &dyn Fn() -> String, stopped: &Receiver<()>) {
    let mut wait = PATIENCE;
    let mut shown = false;
    while stopped.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
        let _ = write!(std::io::stderr(), "\r{}", line());
        (wait, shown) = (BEAT, true);
    }
    if shown {
        let blank = " ".repeat(40);
        let _ = write!(std::io::stderr(), "\r{blank}\r");
    }
}
