//! Servers that run beside a chore.

use std::fs::File;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// Some load much before they listen.
const PATIENCE: Duration = Duration::from_mins(1);

/// A server that ends with its owner.
pub(super) struct Server {
    process: Child,
    address: SocketAddr,
}

impl Server {
    /// Starts one, and waits until it listens.
    pub(super) fn start(command: &mut Command, address: SocketAddr) -> Result<Self> {
        let process =
            command.spawn().with_context(|| format!("cannot start {}", command.get_program().display()))?;
        let mut server = Self { process, address };
        server.wait()?;
        Ok(server)
    }

    /// moto's server, which stands for the ECS API.
    pub(super) fn moto(folder: &Path) -> Result<Self> {
        let address = free()?;
        let log = File::create(folder.join("moto.log"))?;
        let mut command = Command::new(folder.join("bin/moto_server"));
        command.args(["-H", "127.0.0.1", "-p", &address.port().to_string()]);
        Self::start(command.stdout(log.try_clone()?).stderr(log), address)
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
                bail!("a server ended with {status} before it listened on {}", self.address);
            }
            sleep(Duration::from_millis(50));
        }
        bail!("nothing listens on {}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// An address of this machine that is free.
pub(super) fn free() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}
