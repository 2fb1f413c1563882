//! What stands under `examples/aws`, held by the tools of those whose files they are.
//!
//! Templates by AWS's schemas (cfn-lint), the workflow by actionlint, which knows the inputs of the actions that it
//! uses, GitLab's file by GitLab's own schema, Terraform's by a parser of its language. CodeBuild has no schema
//! that is published as a package: its file's commands are run, in front of the server that stands for the API, and so
//! are those that the documentation prints.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::shell::{program, root, run};

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
    codebuild(clients, &pipeline("buildspec.yaml"), api)?;
    documentation(clients, &root().join("docs/ecs.md"), api)
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
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("policyctl.yaml"), POLICY)?;
    stage(clients, api)?;
    typed(clients, folder.path(), api, &commands(clients, file)?.join("\n"))
}

/// The commands that the documentation prints for a team's gateway, as they are printed.
fn documentation(clients: &Path, file: &Path, api: SocketAddr) -> Result<()> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let (_, rest) = text.split_once("### For a team").context("there is nothing for a team")?;
    let section = rest.split("\n## ").next().unwrap_or_default();
    let blocks = section.split("```console\n").skip(1).filter_map(|rest| rest.split("```").next());
    let lines = blocks.flat_map(str::lines).map(|line| line.strip_prefix("$ ").unwrap_or(line));
    let script: Vec<_> = lines.collect();
    typed(clients, tempfile::tempdir()?.path(), api, &script.join("\n"))
}

/// Runs commands as somebody would who has our programs, the clients and a task definition, with gateways before `api`.
fn typed(clients: &Path, folder: &Path, api: SocketAddr, commands: &str) -> Result<()> {
    fs::copy(root().join("xtask/data/taskdef.json"), folder.join("taskdef.json"))?;
    launcher(folder, "policyctl", api)?;
    launcher(folder, "policyctl-webhook", api)?;
    let script = format!("set -e\ntrap 'kill $(jobs -p)' EXIT\n{commands}\n");
    let mut shell = Command::new("bash");
    shell.args(["-c", &script]).current_dir(folder);
    let path = std::env::var("PATH").unwrap_or_default();
    shell.env("PATH", format!("{}:{}:{path}", folder.display(), clients.join("bin").display()));
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

/// A program as it is found on a path, but for the upstream of its gateway.
fn launcher(folder: &Path, name: &str, api: SocketAddr) -> Result<()> {
    let program = program(name)?;
    let text = format!(
        "#!/bin/sh\n[ \"$1\" = gateway ] || [ \"$1 $2\" = \"ecs gateway\" ] && set -- \"$@\" --upstream http://{api}\nexec {} \"$@\"\n",
        program.display()
    );
    fs::write(folder.join(name), text)?;
    fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o755)).context("cannot make a program")
}

/// The cluster and the service that a build updates.
fn stage(clients: &Path, api: SocketAddr) -> Result<()> {
    let folder = root().join("xtask/data");
    let aws = |arguments: &[&str]| {
        let mut command = Command::new(clients.join("bin/aws"));
        command.args(["--region", "eu-west-1", "--endpoint-url", &format!("http://{api}"), "ecs"]);
        command.args(arguments).current_dir(&folder);
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
