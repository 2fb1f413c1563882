//! containerd, and the images in it.

use std::path::Path;

use anyhow::Result;

use super::network::{PODS, run};
use crate::process::Running;
use crate::wait::until;

/// Where containerd listens; `/run` is this run's own.
pub(crate) const SOCKET: &str = "/run/containerd/containerd.sock";

/// The image whose first program holds a pod's sandbox.
pub(crate) const SANDBOX: &str = "policyctl.test/pods:1";

/// Where Debian and its kin put the plugins.
const PLUGINS: &str = "/usr/lib/cni";

/// Starts containerd and waits until it answers.
pub(crate) async fn start(programs: &Path, folder: &Path) -> Result<Running> {
    write_network(folder)?;
    let settings = folder.join("containerd.toml");
    std::fs::write(&settings, settings_text(folder))?;
    let arguments = [Path::new("--config"), &settings];
    let mut running = Running::start("containerd", &programs.join("containerd"), arguments, folder)?;
    until("containerd answers", async || {
        running.still_running()?;
        Ok(run("ctr", &["version"]).await.is_ok())
    })
    .await?;
    Ok(running)
}

/// Puts an archive's image where the kubelet finds it.
pub(crate) async fn import(archive: &Path) -> Result<()> {
    let archive = archive.display().to_string();
    run("ctr", &["--namespace", "k8s.io", "images", "import", &archive]).await
}

fn settings_text(folder: &Path) -> String {
    let folder = folder.display();
    format!(
        r#"version = 2
root = "{folder}/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.internal.v1.opt"]
[grpc]
address = "{SOCKET}"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "{SANDBOX}"
restrict_oom_score_adj = true
[plugins."io.containerd.grpc.v1.cri".containerd]
snapshotter = "overlayfs"
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "{PLUGINS}"
conf_dir = "{folder}/network"
"#
    )
}

/// One bridge, which nothing leaves.
fn write_network(folder: &Path) -> Result<()> {
    let plugin = serde_json::json!({
        "type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": false, "hairpinMode": true,
        "ipam": {
            "type": "host-local", "dataDir": "/run/addresses",
            "ranges": [[{"subnet": PODS}]], "routes": [{"dst": "0.0.0.0/0"}],
        },
    });
    let list = serde_json::json!({"cniVersion": "1.0.0", "name": "pods", "plugins": [plugin]});
    std::fs::create_dir_all(folder.join("network"))?;
    std::fs::write(folder.join("network/10-pods.conflist"), serde_json::to_vec_pretty(&list)?)?;
    Ok(())
}
