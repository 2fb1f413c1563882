//! What command lines say: `aws s3 sync`, `--provider=aws`, `s3://bucket`.

#![expect(clippy::disallowed_methods, reason = "services are looked for in words that are no keys")]

use super::{Evidence, variable};
use crate::credential::service;
use crate::document::At;
use crate::lexicon::{Lexicon, holds, lexicon};
use crate::workload::{Command, CommandKind, Container};

/// A command that says AWS.
const SAID: i32 = 60;

/// Switches that choose AWS among others: what is chosen, and the names of those that choose it.
/// Source: each program's own flags.
static CHOICES: Lexicon<Lexicon<()>> = Lexicon::new(&[
    ("aws", lexicon!["cloud-provider", "provider"]),
    (
        "s3",
        lexicon![
            "storage.type",
            "storage.backend",
            "common.storage.backend",
            "store",
            "backend",
            "objstore.type"
        ],
    ),
    ("true", lexicon!["aws.enabled"]),
]);

/// Services of the AWS CLI that need credentials, by their commands.
static CLI: Lexicon<()> = lexicon![
    "s3",
    "s3api",
    "sqs",
    "sns",
    "ssm",
    "secretsmanager",
    "dynamodb",
    "ecs",
    "ecr",
    "kms",
    "sts",
    "lambda",
    "logs",
    "cloudwatch",
    "ec2",
    "rds",
    "route53",
    "eks",
    "cloudformation",
    "iam",
    "autoscaling",
    "elbv2",
    "events",
    "ses",
    "sesv2",
    "kinesis",
    "firehose",
    "bedrock-runtime",
    "bedrock",
    "athena",
    "glue",
    "stepfunctions",
    "codeartifact",
    "cloudfront",
    "elasticache",
    "efs",
    "batch",
    "organizations",
    "opensearch",
    "servicediscovery",
];

/// Gathers what the commands of a container say.
pub(super) fn gather(container: &Container, evidence: &mut Vec<Evidence>) {
    let run = container.commands.iter().filter(|command| command.kind != CommandKind::Check);
    for command in run.filter(|command| !is_unsigned(command)) {
        let mut before = [""; 2];
        for word in &command.words {
            let text = word.text.expose();
            evidence.extend(of_choice(before[1], text, word.at));
            evidence.extend(of_cli_word(before, text, word.at));
            evidence.extend(of_script(text, word.at));
            before = [before[1], text];
        }
    }
}

/// What is asked for without a signature needs no credentials.
fn is_unsigned(command: &Command) -> bool {
    command.words.iter().any(|word| holds(word.text.expose(), "--no-sign-request", b'q'))
}

/// `--provider=aws`, or `--provider aws` in two words.
fn of_choice(before: &str, text: &str, at: At) -> Option<Evidence> {
    // Consul and Nomad take `provider=aws tag_key=...` as one word, the value of `-retry-join`.
    let bare = text.trim_start_matches('-');
    let bare = bare.strip_prefix("retry-join=").unwrap_or(bare);
    let one = bare
        .split_once('=')
        .map(|(name, rest)| (name, rest.split_once(' ').map_or(rest, |(value, _)| value)));
    let two = before.starts_with('-').then(|| (before.trim_start_matches('-'), text));
    let is_choice = |(name, value): &(&str, &str)| CHOICES.all_of(value).any(|names| names.has_exactly(name));
    let (name, value) = one.into_iter().chain(two).find(is_choice)?;
    let service = if value == "s3" { "s3" } else { "aws" };
    Some(Evidence::of_service(service, at, SAID, format!("the command says {name}={value}")))
}

/// `aws`, `s3`, `sync` as words of their own.
fn of_cli_word(before: [&str; 2], text: &str, at: At) -> Option<Evidence> {
    let aws = before[1] == "aws" || before[1].ends_with("/aws");
    (aws && !before[0].starts_with('-')).then(|| of_cli(text, at)).flatten()
}

fn of_cli(service: &str, at: At) -> Option<Evidence> {
    if !CLI.has_exactly(service) {
        return None;
    }
    let name = if service == "s3api" { "s3" } else { service };
    Some(Evidence::of_service(name, at, SAID, format!("the command runs aws {service}")))
}

/// A script in one word, or a word that names a service.
fn of_script(text: &str, at: At) -> Option<Evidence> {
    let words: Vec<&str> =
        if holds(text, "aws ", b' ') { text.split_ascii_whitespace().collect() } else { Vec::new() };
    let is_aws =
        |word: &str| word.trim_start_matches(['(', '`', '$', '"']) == "aws" || word.ends_with("/aws");
    let said = words.windows(2).filter(|pair| is_aws(pair[0])).find_map(|pair| of_cli(pair[1], at));
    said.or_else(|| by_value(text, at))
}

/// A service's address in a command; what `curl` fetches from a public bucket needs no credentials.
fn by_value(text: &str, at: At) -> Option<Evidence> {
    let fetched = || text.contains("curl ") || text.contains("wget ");
    service::of_value(text).filter(|service| *service != "s3" || text.contains("s3://") || !fetched())?;
    variable::by_value("", text, at)
}
