//! What stands under `examples/aws`, held by the tools of those whose files they are.
//!
//! Templates by AWS's schemas (cfn-lint), the workflow by actionlint, which knows the inputs of the actions that it
//! uses, GitLab's file by GitLab's own schema, Terraform's by a parser of its language. CodeBuild has no schema
//! that is published as a package: its file's commands are run, in front of the server that stands for the API.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::shell::{cargo, root, run};

/// Where the gateway of the examples listens.
const GATEWAY: &str = "http://127.0.0.1:8970";

/// Holds every file; `api` is the server that stands for the API.
pub(super) fn held(clients: &Path, api: SocketAddr) -> Result<()> {
    let files = root().join("examples/aws");
    templates(clients, &files)?;
    let pipeline = |name: &str| files.join("pipelines").join(name);
    let mut lint = Command::new(clients.join("bin/actionlint"));
    run(lint.args(["-shellcheck=", "-pyflakes="]).arg(pipeline("github-actions.yaml")))?;
    let mut schema = Command::new(clients.join("bin/check-jsonschema"));
    schema.args(["--quiet", "--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"]);
    run(schema.arg(pipeline("gitlab-ci.yaml")))?;
    terraform(clients, &files.join("terraform/main.tf"))?;
    codebuild(clients, &pipeline("buildspec.yaml"), api)
}

/// Holds the templates for each hook against the schemas of their resources.
fn templates(clients: &Path, files: &Path) -> Result<()> {
    let folder = files.join("hooks");
    let files = fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let files: Vec<_> = files.map(|file| Ok(file?.path())).collect::<Result<_>>()?;
    run(Command::new(clients.join("bin/cfn-lint")).args(["--regions", "eu-west-1", "--"]).args(files))
}

/// Its provider calls the gateway for ECS.
fn terraform(clients: &Path, file: &Path) -> Result<()> {
    let parsed = read(Command::new(clients.join("bin/hcl2tojson")).arg("--").arg(file))?;
    // The parser keeps the quotes around names and texts.
    let parsed: Value =
        serde_json::from_str(&parsed.replace("\\\"", "")).context("the parser gives no JSON")?;
    let endpoint = parsed.pointer("/provider/0/aws/endpoints/0/ecs").and_then(Value::as_str);
    ensure!(endpoint == Some(GATEWAY), "{} sends ECS to {endpoint:?}", file.display());
    Ok(())
}

/// Runs a build's commands one after the other in one shell, as CodeBuild does.
fn codebuild(clients: &Path, file: &Path, api: SocketAddr) -> Result<()> {
    run(&mut cargo(&["build", "--package", "policyctl"]))?;
    let folder = tempfile::tempdir()?;
    fs::copy(root().join("xtask/data/taskdef.json"), folder.path().join("taskdef.json"))?;
    fs::write(folder.path().join("policyctl.yaml"), POLICY)?;
    prepared(clients, folder.path(), api)?;
    let script = format!("set -e\ntrap 'kill %1' EXIT\n{}\n", commands(clients, file)?.join("\n"));
    let mut shell = Command::new("bash");
    shell.args(["-c", &script]).current_dir(folder.path());
    let path = std::env::var("PATH").unwrap_or_default();
    shell.env("PATH", format!("{}:{}:{path}", folder.path().display(), clients.join("bin").display()));
    for (name, value) in [
        ("AWS_REGION", "eu-west-1"),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "testing"),
        ("AWS_SECRET_ACCESS_KEY", "testing"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ] {
        shell.env(name, value);
    }
    read(&mut shell).map(drop)
}

const POLICY: &str =
    "apiVersion: policyctl.dev/v1alpha1\nkind: CredentialPolicy\nmetadata: {name: example}\nspec: {}\n";

/// The program as the build finds it, but for its upstream, and the cluster and service that the build updates.
fn prepared(clients: &Path, folder: &Path, api: SocketAddr) -> Result<()> {
    let program = root().join("target/debug/policyctl");
    let launcher = format!(
        "#!/bin/sh\n[ \"$1 $2\" = \"ecs gateway\" ] && set -- \"$@\" --upstream http://{api}\nexec {} \"$@\"\n",
        program.display()
    );
    let wrapped = folder.join("policyctl");
    fs::write(&wrapped, launcher)?;
    fs::set_permissions(&wrapped, fs::Permissions::from_mode(0o755))?;
    let aws = |arguments: &[&str]| {
        let mut command = Command::new(clients.join("bin/aws"));
        command.args(["--region", "eu-west-1", "--endpoint-url", &format!("http://{api}"), "ecs"]);
        command.args(arguments).current_dir(folder);
        command.env("AWS_ACCESS_KEY_ID", "testing").env("AWS_SECRET_ACCESS_KEY", "testing");
        read(&mut command).map(drop)
    };
    aws(&["create-cluster", "--cluster-name", "prod"])?;
    aws(&["register-task-definition", "--cli-input-json", "file://taskdef.json"])?;
    aws(&[
        "create-service",
        "--cluster",
        "prod",
        "--service-name",
        "checkout",
        "--task-definition",
        "checkout",
    ])
}

fn commands(clients: &Path, file: &Path) -> Result<Vec<String>> {
    const READ: &str = "import json, sys, yaml
for phase in yaml.safe_load(open(sys.argv[1]))['phases'].values():
    for command in phase['commands']:
        print(json.dumps(command))";
    let python: PathBuf = clients.join("bin/python");
    let lines = read(Command::new(python).args(["-c", READ]).arg(file))?;
    lines.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}

/// What a program writes, when it ends well.
fn read(command: &mut Command) -> Result<String> {
    let ended =
        command.output().with_context(|| format!("cannot start {}", command.get_program().display()))?;
    let told = String::from_utf8_lossy(&ended.stderr);
    ensure!(
        ended.status.success(),
        "{} ended with {}: {told}",
        command.get_program().display(),
        ended.status
    );
    Ok(String::from_utf8(ended.stdout)?)
}
