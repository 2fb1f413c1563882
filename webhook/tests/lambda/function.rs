//! The function: the binary under the name that Lambda starts, with Lambda's variables and no others.

use std::io::Read;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::standin::StandIn;

const BINARY: &str = env!("CARGO_BIN_EXE_policyctl-webhook");

pub(crate) struct Function(Option<Child>);

/// A new folder for one test.
pub(crate) fn folder() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("lambda-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

pub(crate) fn binary() -> Command {
    Command::new(BINARY)
}

impl Function {
    /// Starts it as `bootstrap`.
    pub(crate) fn start(standin: &StandIn, variables: &[(&str, &str)]) -> Self {
        let bootstrap = folder().join("bootstrap");
        std::os::unix::fs::symlink(BINARY, &bootstrap).unwrap();
        let mut command = Command::new(bootstrap);
        command.env_clear().envs([
            ("AWS_LAMBDA_RUNTIME_API", standin.address()),
            ("AWS_LAMBDA_FUNCTION_NAME", "policyctl"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
            ("AWS_ENDPOINT_URL_ECS", &standin.url("")),
            ("AWS_ENDPOINT_URL_S3", &standin.url("")),
        ]);
        command.envs(variables.iter().copied()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Self(Some(command.spawn().unwrap()))
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> (ExitStatus, String) {
        finish(self.0.take().unwrap())
    }

    /// Ends it.
    pub(crate) fn kill(mut self) -> (ExitStatus, String) {
        let mut child = self.0.take().unwrap();
        child.kill().unwrap();
        finish(child)
    }
}

fn finish(mut child: Child) -> (ExitStatus, String) {
    let mut said = String::new();
    child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    (child.wait().unwrap(), said)
}

impl Drop for Function {
    fn drop(&mut self) {
        if let Some(mut child) = self.0.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
}
