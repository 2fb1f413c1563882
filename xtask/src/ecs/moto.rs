//! moto's server, which stands for the ECS API.

use std::fs::File;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// It loads much before it listens.
const PATIENCE: Duration = Duration::from_mins(1);

/// A server that ends with its owner.
pub(super) struct Server {
    process: Child,
    address: SocketAddr,
}

impl Server {
    /// Starts it on a port that is free, and waits until it listens.
    pub(super) fn start(folder: &Path) -> Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let log = File::create(folder.join("moto.log"))?;
        let mut command = Command::new(folder.join("bin/moto_server"));
        command.args(["-H", "127.0.0.1", "-p", &address.port().to_string()]);
        let process =
            command.stdout(log.try_clone()?).stderr(log).spawn().context("cannot start moto's server")?;
        let mut server = Self { process, address };
        server.wait()?;
        Ok(server)
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    fn wait(&mut self) -> Result<()> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if TcpStream::connect(self.address).is_ok() {
                return Ok(());
            }
            if let Some(status) = self.process.try_wait()? {
                bail!("moto's server ended with {status}: see moto.log beside it");
            }
            sleep(Duration::from_millis(50));
        }
        bail!("moto's server does not listen")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
