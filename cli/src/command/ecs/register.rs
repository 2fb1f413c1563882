//! `policyctl ecs register`: examines, patches, shows what changes, and registers.

use std::collections::BTreeSet;
use std::time::Instant;

use policyctl_ecs::examine::{self, Examined};
use policyctl_ecs::register::Registered;
use policyctl_ecs::roles::not_known;
use policyctl_ecs::{SdkConfig, definition, surroundings};
use policyctl_policies::facts::RefusingRoles;
use policyctl_policies::finding::Located;
use policyctl_policies::policy::Door;
use policyctl_policies::verdict::Judge;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use crate::arguments::{Format, Output, Register, Tag, Verbosity};
use crate::command::check::reaches;
use crate::command::{Error, print};
use crate::console::{complain, tell};
use crate::gather::{Content, Input, Inputs, Kind, Source, kind_of};
use crate::policy::{Chosen, today};
use crate::report::{self, Run, Sources};
use crate::run::{self, Outcome};
use crate::status::Status;

pub(super) fn run(register: &Register, verbosity: Verbosity) -> Result<Status, Error> {
    let started = Instant::now();
    let paths = std::slice::from_ref(&register.file);
    let chosen = super::chosen(register.policy.as_deref(), paths)?;
    let inputs = Inputs::gather(paths, None);
    let judge = Judge { policy: &chosen.policy, door: Door::Register, day: today() };
    let prepared = Prepared::new(&inputs, register, &judge)?;
    let report = Report { register, prepared: &prepared, chosen: &chosen, verbosity, started };
    if reaches(prepared.examined.verdict.decision(), register.fail_on) {
        report.write(&inputs, &judge, &Ending::Denied)?;
        return Ok(Status::Findings);
    }
    let ending = match &prepared.unsaid {
        Some(why) => Ending::Refused(why.clone()),
        None if register.dry_run => Ending::Dry,
        None => call(register, &prepared.examined.text)?,
    };
    report.write(&inputs, &judge, &ending)?;
    Ok(if matches!(ending, Ending::Refused(_)) { Status::Refused } else { Status::Clean })
}

/// How it ended.
enum Ending {
    Denied,
    Dry,
    Registered(Registered),
    /// AWS registered nothing, or did not say what was asked for.
    Refused(String),
}

fn call(register: &Register, body: &str) -> Result<Ending, Error> {
    let result = runtime()?.block_on(async {
        policyctl_ecs::register::register(&surrounded(register).await, body.to_owned()).await
    });
    Ok(result.map_or_else(|error| Ending::Refused(error.to_string()), Ending::Registered))
}

/// What IAM says of the role that the tasks are to have, and why it says nothing.
fn asked(
    register: &Register,
    judge: &Judge<'_>,
    text: &str,
) -> Result<(RefusingRoles, Option<String>), Error> {
    let role = examine::role_of(judge, "request", text).filter(|_| register.read_roles);
    let Some(role) = role else { return Ok(Default::default()) };
    let (refusing, unknown) = runtime()?.block_on(async {
        let surroundings = surrounded(register).await;
        let region = surroundings.region().map(ToString::to_string).unwrap_or_default();
        Ok::<_, Error>(super::roles(&surroundings)?.refusing(&[role], &region).await)
    })?;
    Ok((refusing, unknown.first().map(|(_, why)| not_known(why))))
}

async fn surrounded(register: &Register) -> SdkConfig {
    surroundings(register.place.region.clone(), register.place.endpoint_url.clone()).await
}

fn runtime() -> Result<Runtime, Error> {
    Builder::new_current_thread().enable_all().build().map_err(Error::Start)
}

/// The request before and after the policy's patch.
struct Prepared {
    /// What findings call the request.
    name: String,
    before: String,
    /// Roles that no ECS task can assume, where IAM was asked.
    refusing: RefusingRoles,
    /// Why IAM, which was asked, said nothing.
    unsaid: Option<String>,
    examined: Examined,
}

impl Prepared {
    fn new(inputs: &Inputs, register: &Register, judge: &Judge<'_>) -> Result<Self, Error> {
        if let Some(lost) = inputs.lost.first() {
            return Err(Error::Usage(format!("{}: {}", lost.name, lost.reason)));
        }
        let [input] = inputs.found.as_slice() else {
            return Err(Error::Usage("expected one file".to_owned()));
        };
        let wrong = |reason: &dyn std::fmt::Display| Error::Usage(format!("{}: {reason}", input.name));
        let mut request = read(input)?;
        tagged(&mut request, &register.tags);
        let before = serde_json::to_string_pretty(&request).map_err(|error| wrong(&error))?;
        let name = format!("{} (request)", input.name);
        let (refusing, unsaid) = asked(register, judge, &before)?;
        let examined =
            examine::definition(judge, &name, &before, &refusing).map_err(|error| wrong(&error))?;
        Ok(Self { name, before, refusing, unsaid, examined })
    }
}

fn read(input: &Input) -> Result<Value, Error> {
    let wrong = |reason: &dyn std::fmt::Display| Error::Usage(format!("{}: {reason}", input.name));
    let bytes = match input.source.read().map_err(|error| wrong(&error.kind()))? {
        Content::Whole(bytes) => bytes,
        Content::TooLarge(_) => return Err(wrong(&"larger than 64 MiB")),
    };
    let Kind::Document(format) = kind_of(&input.name, &bytes) else {
        return Err(wrong(&"not a task definition"));
    };
    definition::body(&input.name, &bytes, format).map_err(|error| wrong(&error))
}

/// Adds tags; those of the command line go before the file's.
fn tagged(request: &mut Value, tags: &[Tag]) {
    if tags.is_empty() {
        return;
    }
    let kept = request.get("tags").and_then(Value::as_array).into_iter().flatten();
    let kept = kept.filter(|tag| !tags.iter().any(|given| tag["key"] == given.key.as_str())).cloned();
    let given = tags.iter().map(|tag| json!({"key": tag.key, "value": tag.value}));
    request["tags"] = kept.chain(given).collect();
}

/// What is told of it.
struct Report<'a> {
    register: &'a Register,
    prepared: &'a Prepared,
    chosen: &'a Chosen,
    verbosity: Verbosity,
    started: Instant,
}

/// The report of one registration, version 1.
#[derive(Serialize)]
struct Told {
    schema_version: u32,
    /// The revision that was registered; null where none was.
    task_definition_arn: Option<String>,
    dry_run: bool,
    /// What the policy changed.
    patched: Vec<&'static str>,
    /// Why ECS registered nothing.
    error: Option<String>,
    /// As `policyctl check --format json` has it.
    report: Value,
}

impl Report<'_> {
    fn write(&self, inputs: &Inputs, judge: &Judge<'_>, ending: &Ending) -> Result<(), Error> {
        let examined = &self.prepared.examined;
        if examined.deeds.is_empty() && self.register.tags.is_empty() {
            // Nothing was changed: the file's own lines are the ones to show.
            return self.told(inputs, &self.outcome(inputs, judge), ending);
        }
        let source = Source::Bytes(examined.text.as_bytes().into());
        let input = Input { name: self.prepared.name.as_str().into(), source, named: true };
        let inputs = Inputs::of(vec![input]);
        self.told(&inputs, &self.outcome(&inputs, judge), ending)
    }

    /// What was found, and what kept the policy from patching.
    fn outcome(&self, inputs: &Inputs, judge: &Judge<'_>) -> Outcome {
        let looked = inputs.found.iter().map(|input| run::alone(input, &self.prepared.refusing, judge));
        let mut outcome = Outcome::default();
        looked.for_each(|one| outcome.absorb(one));
        let leftovers = judge.leftovers(&outcome.verdict);
        outcome.verdict.absorb(leftovers);
        let verdict = &mut outcome.verdict;
        let known: BTreeSet<_> =
            verdict.findings.iter().chain(&verdict.notes).map(Located::fingerprint).collect();
        let new = |finding: &&Located| !known.contains(&finding.fingerprint());
        let examined = &self.prepared.examined.verdict;
        verdict.findings.extend(examined.findings.iter().filter(new).cloned());
        verdict.notes.extend(examined.notes.iter().filter(new).cloned());
        outcome
    }

    fn told(&self, inputs: &Inputs, outcome: &Outcome, ending: &Ending) -> Result<(), Error> {
        let run = Run {
            outcome,
            policy: &self.chosen.policy,
            sources: &Sources::new(inputs, self.chosen.file.as_deref()),
            elapsed: self.started.elapsed(),
            verbosity: self.verbosity,
        };
        match self.register.format {
            Output::Text => self.text(&run, ending),
            Output::Json => self.json(&run, ending),
        }
    }

    fn text(&self, run: &Run<'_>, ending: &Ending) -> Result<(), Error> {
        if self.verbosity > Verbosity::Silent {
            report::write(run, Format::Text, &mut anstream::stderr())?;
            let diff = report::diff(&self.prepared.before, &self.prepared.examined.text);
            if !diff.is_empty() {
                tell(diff.trim_end());
            }
        }
        match ending {
            Ending::Denied => complain("nothing was registered"),
            Ending::Dry => tell("nothing was registered: a dry run"),
            Ending::Refused(error) => complain(&format!("nothing was registered: {error}")),
            Ending::Registered(registered) => return print(&format!("{}\n", registered.arn)),
        }
        Ok(())
    }

    fn json(&self, run: &Run<'_>, ending: &Ending) -> Result<(), Error> {
        let mut report = Vec::new();
        report::write(run, Format::Json, &mut report)?;
        let told = Told {
            schema_version: 1,
            task_definition_arn: match ending {
                Ending::Registered(registered) => Some(registered.arn.clone()),
                _ => None,
            },
            dry_run: self.register.dry_run,
            patched: self.prepared.examined.deeds.iter().map(|deed| deed.name()).collect(),
            error: match ending {
                Ending::Refused(error) => Some(error.clone()),
                _ => None,
            },
            report: serde_json::from_slice(&report).map_err(std::io::Error::from)?,
        };
        let text = serde_json::to_string_pretty(&told).map_err(std::io::Error::from)?;
        print(&format!("{text}\n"))
    }
}
