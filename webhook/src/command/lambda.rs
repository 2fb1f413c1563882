//! `lambda`: answers the hooks that AWS calls, within a Lambda function.
//!
//! Source: AWS Lambda developer guide, "Using the Lambda runtime API for custom runtimes" and "Building Lambda
//! functions with Rust".

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use anyhow::{Result, anyhow, bail};
use clap::{Args, ValueEnum};
use lambda_runtime::{Context, Diagnostic, LambdaEvent, service_fn};
use policyctl_ecs::SdkConfig;
use policyctl_ecs::hooks::aws::Aws;
use policyctl_ecs::hooks::{Error, Hooks, Kind, Settings, Unexamined};
use policyctl_ecs::roles::Roles;
use policyctl_policies::policy::Policy;
use policyctl_serving::policy;
use policyctl_serving::policy::today;
use serde_json::Value;
use tracing::info;

/// Where Lambda says that its runtime interface is.
const RUNTIME: &str = "AWS_LAMBDA_RUNTIME_API";

/// What Lambda sets and its runtime interface's client asks for.
const NEEDED: [&str; 4] =
    [RUNTIME, "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION"];

/// How the policy's file is called in the function's bundle, and in a layer.
const POLICY: &str = "policyctl.yaml";
const LAYERS: &str = "/opt";

/// The longest that CloudFormation waits is 30 s, the function's start included.
const LONGEST: Duration = Duration::from_secs(25);

/// Left for the answer's way.
const RESERVE: Duration = Duration::from_millis(500);

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// What calls; without it, each payload's shape says
    #[arg(long, value_enum, env = "POLICYCTL_HOOK")]
    hook: Option<Hook>,
    /// The policy file; without it, policyctl.yaml in the bundle or a layer, else the `baseline` bundle
    #[arg(long, value_name = "FILE", env = "POLICYCTL_POLICY")]
    policy: Option<PathBuf>,
    /// What becomes of what could not be examined
    #[arg(long, value_enum, default_value = "fail", env = "POLICYCTL_UNEXAMINED")]
    unexamined: Leave,
    /// Deregister a denied revision whose registration is reported
    #[arg(long, env = "POLICYCTL_DEREGISTER", num_args = 0..=1, default_value = "false", default_missing_value = "true", value_name = "BOOL")]
    deregister: Option<bool>,
    /// Ask IAM whether ECS tasks can assume task roles; it needs iam:GetRole
    #[arg(long, env = "POLICYCTL_READ_ROLES", num_args = 0..=1, default_value = "false", default_missing_value = "true", value_name = "BOOL")]
    read_roles: Option<bool>,
    /// What is logged: error, warn, info, debug
    #[arg(long, default_value = "info", env = "POLICYCTL_LOG")]
    log: String,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Hook {
    /// CloudFormation and the Cloud Control API
    Cloudformation,
    /// A lifecycle hook of ECS deployments
    Deployment,
    /// EventBridge, after RegisterTaskDefinition
    Registration,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Leave {
    /// It is refused
    Fail,
    /// It passes, and the answer says so
    Warn,
}

/// The command line as it is; within Lambda, where a bootstrap gets none, that of `lambda`.
pub(crate) fn command_line() -> Vec<OsString> {
    let mut line: Vec<_> = std::env::args_os().collect();
    if line.len() == 1 && std::env::var_os(RUNTIME).is_some() {
        line.push("lambda".into());
    }
    line
}

impl Arguments {
    pub(crate) fn run(self) -> Result<ExitCode> {
        // What libraries log may hold payloads.
        super::log(&format!("off,policyctl_ecs={0},policyctl_webhook={0}", self.log))?;
        if let Some(missing) = NEEDED.into_iter().find(|name| std::env::var_os(name).is_none()) {
            bail!("{missing} is not set: `lambda` runs within a Lambda function");
        }
        let read_roles = self.read_roles.unwrap_or_default();
        let hooks = self.hooks()?;
        super::runtime(Some(1))?.block_on(serve(&hooks, read_roles))?;
        Ok(ExitCode::SUCCESS)
    }

    fn hooks(self) -> Result<Hooks> {
        let file = self.policy.or_else(bundled);
        let policy = file.as_deref().map(policy::read).transpose()?.unwrap_or_else(Policy::default);
        info!(policy = policy.name, digest = policy.digest, "ready");
        let settings = Settings {
            kind: self.hook.map(Kind::from),
            unexamined: self.unexamined.into(),
            deregister: self.deregister.unwrap_or_default(),
        };
        Ok(Hooks { policy, today, settings })
    }
}

impl From<Hook> for Kind {
    fn from(hook: Hook) -> Self {
        match hook {
            Hook::Cloudformation => Self::CloudFormation,
            Hook::Deployment => Self::Deployment,
            Hook::Registration => Self::Registration,
        }
    }
}

impl From<Leave> for Unexamined {
    fn from(leave: Leave) -> Self {
        match leave {
            Leave::Fail => Self::Fail,
            Leave::Warn => Self::Warn,
        }
    }
}

/// The policy file of the bundle, else of a layer.
fn bundled() -> Option<PathBuf> {
    let folders = std::env::var_os("LAMBDA_TASK_ROOT").into_iter().chain([LAYERS.into()]);
    folders.map(|folder| PathBuf::from(folder).join(POLICY)).find(|file| file.is_file())
}

/// Answers calls until Lambda ends the process.
async fn serve(hooks: &Hooks, read_roles: bool) -> Result<()> {
    let surroundings = policyctl_ecs::surroundings(None, None).await;
    let aws = aws(&surroundings, read_roles).map_err(|reason| anyhow!(reason))?;
    let answer = service_fn(|event: LambdaEvent<Value>| answer(hooks, &aws, event));
    lambda_runtime::run(answer).await.map_err(|error| anyhow!(error))
}

fn aws(surroundings: &SdkConfig, read_roles: bool) -> Result<Aws, String> {
    let roles = read_roles.then(|| Roles::new(surroundings, policyctl_ecs::iam_endpoint().as_deref()));
    let s3 = std::env::var("AWS_ENDPOINT_URL_S3").ok();
    Aws::new(surroundings, s3.as_deref(), roles.transpose()?)
}

async fn answer(hooks: &Hooks, aws: &Aws, event: LambdaEvent<Value>) -> Result<Value, Diagnostic> {
    let LambdaEvent { payload, context } = event;
    let answer = tokio::time::timeout(patience(&context), hooks.answer(&payload, aws)).await;
    answer.unwrap_or_else(|_| hooks.late(&payload)).map_err(|error| diagnostic(&error))
}

/// How long an answer may take.
fn patience(context: &Context) -> Duration {
    let left = context.deadline().duration_since(SystemTime::now()).unwrap_or_default();
    left.saturating_sub(RESERVE).min(LONGEST)
}

fn diagnostic(error: &Error) -> Diagnostic {
    let error_type = match error {
        Error::Foreign => "ForeignPayload",
        Error::Again(_) => "NotExamined",
        Error::Registered(_) => "NotDeregistered",
    };
    Diagnostic { error_type: error_type.to_owned(), error_message: error.to_string() }
}
