//! Daemons of a cluster: which task definitions they run.
//!
//! Source: Amazon ECS API reference, `ListDaemons`, `DescribeDaemon` and `DescribeDaemonRevisions`.

use aws_sdk_ecs::types::DaemonDetail;

use super::list::PAGE;
use super::running::{Runner, Seen, shown};
use super::{Account, Lost};
use crate::call;

/// How many revisions one call describes.
const REVISIONS: usize = 20;

/// What an API answers that has no daemons yet, as in regions to which they have not come.
const NO_SUCH_OPERATION: [&str; 2] = ["UnknownOperationException", "UnknownOperation"];

impl Account {
    /// Adds what the daemons of a cluster run.
    pub(super) async fn daemons(&self, cluster: &str, seen: &mut Seen) {
        let (daemons, broken) = match self.arn_of(cluster).await {
            Ok(Some(arn)) => self.list_daemons(&arn).await,
            Ok(None) => (Vec::new(), None),
            Err(error) => (Vec::new(), Some(error)),
        };
        let broken = broken.filter(|error| !is_unknown(error));
        seen.lost.extend(broken.map(|error| Lost::new(format!("the daemons of {cluster}"), &error)));
        for daemon in daemons {
            if let Err(error) = self.add_daemon(cluster, &daemon, seen).await {
                seen.lost.push(Lost::new(shown(&daemon), &error));
            }
        }
    }

    /// Daemons are listed by their cluster's ARN alone. A cluster that is not there is told where its services are asked for.
    async fn arn_of(&self, cluster: &str) -> Result<Option<String>, call::Error> {
        if cluster.starts_with("arn:") {
            return Ok(Some(cluster.to_owned()));
        }
        self.bucket.turn().await;
        let answer = self.client.describe_clusters().clusters(cluster).send().await?;
        Ok(answer.clusters().first().and_then(|cluster| cluster.cluster_arn()).map(str::to_owned))
    }

    async fn list_daemons(&self, cluster: &str) -> (Vec<String>, Option<call::Error>) {
        let request = self.client.list_daemons().cluster_arn(cluster).max_results(PAGE);
        self.every_page(|token| async {
            let page = request.clone().set_next_token(token).send().await?;
            let daemons = page.daemon_summaries_list().iter().filter_map(|daemon| daemon.daemon_arn.clone());
            Ok((daemons.collect(), page.next_token))
        })
        .await
    }

    async fn add_daemon(&self, cluster: &str, daemon: &str, seen: &mut Seen) -> Result<(), call::Error> {
        self.bucket.turn().await;
        let answer = self.client.describe_daemon().daemon_arn(daemon).send().await?;
        let current = answer.daemon().map(DaemonDetail::current_revisions).unwrap_or_default();
        let current: Vec<_> = current.iter().filter_map(|revision| revision.arn.clone()).collect();
        let runner = Runner::Daemon { cluster: shown(cluster), name: shown(daemon) };
        for some in current.chunks(REVISIONS) {
            self.bucket.turn().await;
            let call = self.client.describe_daemon_revisions();
            let answer = call.set_daemon_revision_arns(Some(some.to_vec())).send().await?;
            for revision in answer.daemon_revisions() {
                seen.runners.add(revision.daemon_task_definition_arn(), &runner);
            }
        }
        Ok(())
    }
}

fn is_unknown(error: &call::Error) -> bool {
    matches!(error, call::Error::Refused { code, .. } if NO_SUCH_OPERATION.contains(&code.as_str()))
}
