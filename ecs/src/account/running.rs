//! What runs in clusters: the definitions of services, daemons and tasks, and the overrides of tasks.

use std::collections::BTreeMap;
use std::fmt;

use aws_sdk_ecs::types::Service;
use policyctl_policies::credential::safe_name;
use serde_json::Value;

use super::describe::{Body, written};
use super::list::PAGE;
use super::{Account, Described, Holdings, Lost, overrides};
use crate::call;

/// How many services one call describes.
/// Source: Amazon ECS API reference, `DescribeServices`.
const SERVICES: usize = 10;

/// How many tasks one call describes.
/// Source: Amazon ECS API reference, `DescribeTasks`.
const TASKS: usize = 100;

/// Which of what runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Running {
    /// Clusters by name or ARN; none means every cluster.
    pub clusters: Vec<String>,
    /// What the family's name begins with.
    pub family_prefix: Option<String>,
}

/// What runs a definition.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Runner {
    Service { cluster: String, name: String },
    Daemon { cluster: String, name: String },
    Tasks { cluster: String },
}

/// Runners by the definition's ARN, each with how often.
#[derive(Debug, Default)]
pub(super) struct Runners(BTreeMap<String, BTreeMap<Runner, usize>>);

impl Runners {
    pub(super) fn add(&mut self, definition: Option<&str>, runner: &Runner) {
        let Some(definition) = definition else { return };
        *self.0.entry(definition.to_owned()).or_default().entry(runner.clone()).or_default() += 1;
    }

    /// Whether a daemon runs it, as nothing else can.
    fn is_of_daemon(&self, definition: &str) -> bool {
        let mut runners = self.0.get(definition).into_iter().flatten();
        runners.any(|(runner, _)| matches!(runner, Runner::Daemon { .. }))
    }

    fn of(&self, definition: &str) -> Vec<String> {
        self.0.get(definition).into_iter().flatten().map(|(runner, count)| runner.told(*count)).collect()
    }
}

impl Runner {
    fn told(&self, count: usize) -> String {
        match self {
            Self::Service { cluster, name } => format!("service {name} in cluster {cluster}"),
            Self::Daemon { cluster, name } => format!("daemon {name} in cluster {cluster}"),
            Self::Tasks { cluster } if count == 1 => format!("a task in cluster {cluster}"),
            Self::Tasks { cluster } => format!("{count} tasks in cluster {cluster}"),
        }
    }
}

/// Tasks of one definition with the same overrides.
struct Overridden {
    /// The first task's ARN.
    task: String,
    definition: String,
    overrides: Value,
    cluster: String,
    tasks: usize,
}

impl fmt::Debug for Overridden {
    /// Never the overrides: they may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Overridden({}, {})", self.task, self.definition)
    }
}

/// What was seen in the clusters.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) runners: Runners,
    overridden: Vec<Overridden>,
    pub(super) lost: Vec<Lost>,
}

impl Account {
    /// The task definitions that run, and what tasks with overrides run.
    pub async fn running(&self, asked: &Running) -> Holdings {
        let mut seen = Seen::default();
        let clusters = match asked.clusters.as_slice() {
            [] => self.clusters(&mut seen.lost).await,
            named => named.to_vec(),
        };
        for cluster in clusters {
            self.services(&cluster, &mut seen).await;
            self.daemons(&cluster, &mut seen).await;
            self.tasks(&cluster, &mut seen).await;
        }
        let prefix = asked.family_prefix.as_deref().unwrap_or_default();
        let wanted = seen.runners.0.keys().filter(|arn| family(arn).starts_with(prefix)).cloned();
        let mut holdings = self.described(wanted).await;
        for described in &mut holdings.described {
            described.runs = seen.runners.of(&described.arn);
        }
        let applied = seen.overridden.iter().filter_map(|overridden| overridden.on(&holdings.described));
        let applied: Vec<_> = applied.collect();
        holdings.described.extend(applied);
        holdings.lost.splice(0..0, seen.lost);
        self.with_refusing(holdings).await
    }

    async fn clusters(&self, lost: &mut Vec<Lost>) -> Vec<String> {
        let request = self.client.list_clusters().max_results(PAGE);
        self.pages("the clusters", lost, |token| async {
            let page = request.clone().set_next_token(token).send().await?;
            Ok((page.cluster_arns.unwrap_or_default(), page.next_token))
        })
        .await
    }

    async fn services(&self, cluster: &str, seen: &mut Seen) {
        let request = self.client.list_services().cluster(cluster).max_results(PAGE);
        let what = format!("the services of {cluster}");
        let services = self.pages(&what, &mut seen.lost, |token| async {
            let page = request.clone().set_next_token(token).send().await?;
            Ok((page.service_arns.unwrap_or_default(), page.next_token))
        });
        for some in services.await.chunks(SERVICES) {
            if let Err(error) = self.describe_services(cluster, some, seen).await {
                seen.lost.push(Lost::new(what.as_str(), &error));
            }
        }
    }

    async fn describe_services(
        &self,
        cluster: &str,
        services: &[String],
        seen: &mut Seen,
    ) -> Result<(), call::Error> {
        self.bucket.turn().await;
        let call = self.client.describe_services().cluster(cluster).set_services(Some(services.to_vec()));
        let answer = call.send().await?;
        for service in answer.services() {
            let name = shown(service.service_name().unwrap_or_default());
            let runner = Runner::Service { cluster: shown(cluster), name };
            for definition in definitions(service) {
                seen.runners.add(Some(definition), &runner);
            }
        }
        seen.lost.extend(answer.failures().iter().map(|failure| {
            Lost::new(failure.arn().unwrap_or(cluster), &failure.reason().unwrap_or("no reason given"))
        }));
        Ok(())
    }

    async fn tasks(&self, cluster: &str, seen: &mut Seen) {
        let request = self.client.list_tasks().cluster(cluster).max_results(PAGE);
        let what = format!("the tasks of {cluster}");
        let tasks = self.pages(&what, &mut seen.lost, |token| async {
            let page = request.clone().set_next_token(token).send().await?;
            Ok((page.task_arns.unwrap_or_default(), page.next_token))
        });
        for some in tasks.await.chunks(TASKS) {
            if let Err(error) = self.describe_tasks(cluster, some, seen).await {
                seen.lost.push(Lost::new(what.as_str(), &error));
            }
        }
    }

    /// Tasks that stopped meanwhile are failures of this call, and no loss.
    async fn describe_tasks(
        &self,
        cluster: &str,
        tasks: &[String],
        seen: &mut Seen,
    ) -> Result<(), call::Error> {
        self.bucket.turn().await;
        let body = Body::default();
        let call = self.client.describe_tasks().cluster(cluster).set_tasks(Some(tasks.to_vec()));
        call.customize().interceptor(body.clone()).send().await?;
        for task in body.json()?["tasks"].as_array().into_iter().flatten() {
            seen.add_task(task, &shown(cluster));
        }
        Ok(())
    }
}

impl Seen {
    fn add_task(&mut self, task: &Value, cluster: &str) {
        let Some(definition) = task["taskDefinitionArn"].as_str() else { return };
        let of_service = task["group"].as_str().is_some_and(|group| group.starts_with("service:"));
        let of_service = of_service && self.runners.0.contains_key(definition);
        if !of_service && !self.runners.is_of_daemon(definition) {
            self.runners.add(Some(definition), &Runner::Tasks { cluster: cluster.to_owned() });
        }
        let overrides = &task["overrides"];
        let same = |other: &&mut Overridden| other.definition == definition && other.overrides == *overrides;
        if let Some(other) = self.overridden.iter_mut().find(same) {
            other.tasks += 1;
        } else if let Some(arn) = task["taskArn"].as_str() {
            self.overridden.push(Overridden {
                task: arn.to_owned(),
                definition: definition.to_owned(),
                overrides: overrides.clone(),
                cluster: cluster.to_owned(),
                tasks: 1,
            });
        }
    }
}

impl Overridden {
    /// What the tasks run; `None` where that is their definition, or it could not be read.
    fn on(&self, described: &[Described]) -> Option<Described> {
        let definition = described.iter().find(|other| other.arn == self.definition)?;
        let description = serde_json::from_str(&definition.text).ok()?;
        let applied = overrides::applied(&description, &self.overrides)?;
        Some(Described {
            arn: self.task.clone(),
            text: written(&applied),
            runs: vec![Runner::Tasks { cluster: self.cluster.clone() }.told(self.tasks)],
            overrides: Some(self.definition.clone()),
        })
    }
}

/// What a service runs, and what it is being moved from or to.
fn definitions(service: &Service) -> impl Iterator<Item = &str> {
    let deployments = service.deployments().iter().filter_map(|deployment| deployment.task_definition());
    let sets = service.task_sets().iter().filter_map(|set| set.task_definition());
    let mut all: Vec<_> = service.task_definition().into_iter().chain(deployments).chain(sets).collect();
    all.sort_unstable();
    all.dedup();
    all.into_iter()
}

/// `arn:aws:ecs:REGION:ACCOUNT:task-definition/FAMILY:REVISION`
fn family(arn: &str) -> &str {
    let (definition, _) = arn.rsplit_once(':').unwrap_or((arn, ""));
    definition.rsplit('/').next().unwrap_or_default()
}

/// The name alone, of an ARN too.
pub(super) fn shown(name: &str) -> String {
    safe_name(name.rsplit('/').next().unwrap_or_default()).into_owned()
}
