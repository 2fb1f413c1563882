//! A mounted Secret, as kubelet keeps it: files are links through `..data`, which is swapped as a whole.
//!
//! Source: Kubernetes, `pkg/volume/util/atomic_writer.go`.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use anyhow::Result;

use crate::certificates::Pair;

/// The folder of the volume.
pub(crate) struct Volume(PathBuf);

impl Volume {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// Where a pod reads.
    pub(crate) fn pair(&self) -> Pair {
        Pair { certificate: self.0.join("tls.crt"), key: self.0.join("tls.key") }
    }

    /// Writes a new generation, points `..data` at it in one step, and takes the old one away.
    pub(crate) fn swap(&self, generation: u32, pair: &Pair) -> Result<()> {
        let fresh = self.0.join(format!("..{generation}"));
        fs::create_dir_all(&fresh)?;
        fs::copy(&pair.certificate, fresh.join("tls.crt"))?;
        fs::copy(&pair.key, fresh.join("tls.key"))?;
        let (data, link) = (self.0.join("..data"), self.0.join("..data_tmp"));
        let old = fs::read_link(&data).ok();
        symlink(format!("..{generation}"), &link)?;
        fs::rename(&link, &data)?;
        match old {
            Some(old) => fs::remove_dir_all(self.0.join(old))?,
            None => self.link()?,
        }
        Ok(())
    }

    fn link(&self) -> Result<()> {
        for name in ["tls.crt", "tls.key"] {
            symlink(format!("..data/{name}"), self.0.join(name))?;
        }
        Ok(())
    }
}
