//! The clients: programs that `cargo xtask ecs` installs, and the SDK for Rust within this process.
//!
//! Each is given an operation and its input, and tells what it tells its users.

use std::ffi::OsString;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use tokio::process::Command;
use tokio::time::timeout;

use super::rust;
use crate::support::REGION;

/// Far beyond what a client takes to start on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// The secret that clients sign with.
pub(super) const ISSUED: &str = "0123456789abcdef";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Client {
    /// The AWS CLI, version 1.
    Cli1,
    /// The AWS CLI, version 2, before it knew `AWS_ENDPOINT_URL_ECS`.
    Cli2,
    Boto3,
    JavaScript,
    Go,
    Rust,
}

use Client::{Boto3, Cli1, Cli2, Go, JavaScript, Rust};

/// What a client told.
pub(super) struct Told {
    pub(super) success: bool,
    pub(super) text: String,
}

/// A call, before it is made.
pub(super) struct Call<'a> {
    pub(super) address: SocketAddr,
    pub(super) operation: &'a str,
    pub(super) input: &'a Value,
    /// How often the client may try; as often as it wants without.
    pub(super) attempts: Option<u32>,
}

impl Client {
    /// Those that can be had here: version 2 of the CLI is a package of Debian's.
    pub(super) fn all() -> Vec<Self> {
        let here = |client: &Self| *client != Cli2 || program("aws-v2").exists();
        [Cli1, Cli2, Boto3, JavaScript, Go, Rust].into_iter().filter(here).collect()
    }

    pub(super) async fn call(self, call: &Call<'_>) -> Told {
        if self == Rust {
            return rust::call(call).await;
        }
        let mut input = tempfile::NamedTempFile::new().unwrap();
        input.write_all(call.input.to_string().as_bytes()).unwrap();
        let mut command = self.command(call, input.path().as_os_str());
        for (name, value) in environment(call) {
            command.env(name, value);
        }
        let output = timeout(PATIENCE, command.kill_on_drop(true).output()).await.unwrap().unwrap();
        let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        Told { success: output.status.success(), text }
    }

    fn command(self, call: &Call<'_>, input: &std::ffi::OsStr) -> Command {
        let (name, script) = match self {
            Cli1 => ("aws", None),
            Cli2 => ("aws-v2", None),
            Boto3 => ("python", Some("ecs.py")),
            JavaScript => ("node", Some("js/ecs.cjs")),
            Go | Rust => ("ecs-go", None),
        };
        let mut command = Command::new(program(name));
        command.env_clear();
        command.args(
            script.map(|script| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(script)),
        );
        if !matches!(self, Cli1 | Cli2) {
            command.arg(call.operation).arg(input);
            return command;
        }
        let mut file = OsString::from("file://");
        file.push(input);
        command.args(["ecs", &kebab(call.operation), "--output", "json", "--cli-input-json"]).arg(file);
        if self == Cli2 {
            command.args(["--endpoint-url", &format!("http://{}", call.address)]);
        }
        command
    }
}

fn program(name: &str) -> PathBuf {
    folder().join("bin").join(name)
}

fn folder() -> PathBuf {
    PathBuf::from(std::env::var_os("POLICYCTL_ECS_CLIENTS").unwrap())
}

fn environment(call: &Call<'_>) -> Vec<(&'static str, OsString)> {
    let mut environment: Vec<(_, OsString)> = vec![
        ("AWS_ACCESS_KEY_ID", "testing".into()),
        ("AWS_SECRET_ACCESS_KEY", ISSUED.into()),
        ("AWS_DEFAULT_REGION", REGION.into()),
        ("AWS_REGION", REGION.into()),
        ("AWS_EC2_METADATA_DISABLED", "true".into()),
        ("AWS_ENDPOINT_URL_ECS", format!("http://{}", call.address).into()),
        ("HOME", "/nonexistent".into()),
        ("NODE_PATH", folder().join("js/node_modules").into()),
        ("PATH", "/usr/bin:/bin".into()),
    ];
    environment.extend(call.attempts.map(|attempts| ("AWS_MAX_ATTEMPTS", attempts.to_string().into())));
    environment
}

/// `RunTask` as the CLI has it: `run-task`.
fn kebab(operation: &str) -> String {
    operation.char_indices().fold(String::new(), |words, (at, letter)| {
        let apart = if at > 0 && letter.is_ascii_uppercase() { "-" } else { "" };
        words + apart + &letter.to_ascii_lowercase().to_string()
    })
}
