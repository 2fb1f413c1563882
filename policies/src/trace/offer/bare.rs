//! How little a process finds: promises that save putting an offer together, and walking every chain through it.

use super::{FILE_VARIABLES, Offer, PLACE_VARIABLES, TOKEN_VARIABLES, identity, java, mounts};
use crate::facts::Facts;
use crate::lexicon::holds;
use crate::policy::Policy;
use crate::trace::chains;
use crate::workload::{Container, Workload};

/// What no SDK takes, whatever its chain. Each promises what those before it do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bare {
    /// Nothing is promised.
    OfNothing,
    /// No SDK looks into a file of profiles or of keys: there is none, and neither a file nor a profile is named.
    OfFiles,
    /// No SDK takes a key or anything out of a file: what it takes, if anything, is a role of the platform's.
    OfKeys,
    /// No two SDKs end with credentials of different places: those of the instance are all that may be there.
    OfChoice,
}

impl Bare {
    /// From the names of the variables that a process without files finds.
    fn by_names<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        let most = |name: &str| match () {
            () if chains::is_key_variable(name) => Self::OfFiles,
            () if PLACE_VARIABLES.iter().any(|(word, rarest)| holds(name, word, *rarest)) => Self::OfKeys,
            () => Self::OfChoice,
        };
        names.map(most).min().unwrap_or(Self::OfChoice)
    }
}

impl Offer {
    /// How little there is.
    pub fn bareness(&self) -> Bare {
        if self.is_without_files() { Bare::by_names(self.variables.names()) } else { Bare::OfNothing }
    }

    fn is_without_files(&self) -> bool {
        let tokens = || TOKEN_VARIABLES.iter().filter_map(|name| self.variables.get(name)?.given.text());
        self.files.all().all(|file| tokens().any(|token| token == file.path))
            && !FILE_VARIABLES.iter().any(|name| self.variables.get(name).is_some())
            && self.properties.names().next().is_none()
    }
}

/// How little the process of a container finds at least, told without putting its offer together: this promises no
/// more than [`Offer::bareness`] does.
pub(crate) fn bareness(workload: &Workload, container: &Container, facts: &Facts, policy: &Policy) -> Bare {
    let names = || container.env.iter().map(|var| &*var.name);
    let adds_nothing = container.env_sources.is_empty()
        && !names().any(names_file)
        && java::is_without_options(container)
        && mounts::are_away_from_home(container)
        && identity::injects_nothing(workload, container, facts, policy);
    if adds_nothing { Bare::by_names(names()) } else { Bare::OfNothing }
}

/// The variable of this name may lead to a file.
fn names_file(name: &str) -> bool {
    mounts::is_home(name) || FILE_VARIABLES.contains(&name) || TOKEN_VARIABLES.contains(&name)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::document::{Format, Limits, parse};
    use crate::facts::{Fact, ServiceAccount};
    use crate::read::read;
    use crate::trace;

    /// Members of a container's, each of which may make it less bare than it would be.
    const PARTS: [&str; 14] = [
        r#""env":[{"name":"LOG_LEVEL","value":"info"}]"#,
        r#""env":[{"name":"AWS_ACCESS_KEY_ID","value":"x"}]"#,
        r#""env":[{"name":"RCLONE_S3_SECRET_ACCESS_KEY","value":"x"}]"#,
        r#""env":[{"name":"AWS_CONTAINER_CREDENTIALS_FULL_URI","value":"http://localhost"}]"#,
        r#""env":[{"name":"AWS_EC2_METADATA_DISABLED","value":"true"}]"#,
        r#""env":[{"name":"AWS_PROFILE","value":"prod"}]"#,
        r#""env":[{"name":"AWS_WEB_IDENTITY_TOKEN_FILE","value":"/token"}]"#,
        r#""env":[{"name":"HOME","value":"/tmp"}],"volumeMounts":[{"name":"v","mountPath":"/tmp"}]"#,
        r#""env":[{"name":"JAVA_TOOL_OPTIONS","value":"-Daws.accessKeyId=x"}]"#,
        r#""env":[{"name":"JAVA_TOOL_OPTIONS","value":"-Xmx1g"}]"#,
        r#""args":["-Daws.secretKey=x"]"#,
        r#""volumeMounts":[{"name":"v","mountPath":"/root/.aws"}]"#,
        r#""volumeMounts":[{"name":"v","mountPath":"/home/app/.aws"}]"#,
        r#""envFrom":[{"secretRef":{"name":"s"}}]"#,
    ];

    #[test]
    fn what_is_promised_early_holds_of_the_offer() {
        let known = |role: &[(&str, &str)]| {
            let annotations = role.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
            Fact::Known(ServiceAccount { annotations: annotations.collect(), ..ServiceAccount::default() })
        };
        let role = known(&[("eks.amazonaws.com/role-arn", "arn:aws:iam::111122223333:role/app")]);
        for service_account in [known(&[]), role, Fact::Unknown, Fact::Absent] {
            let facts = Facts { service_account, ..Facts::default() };
            for (part, pod) in PARTS.iter().flat_map(|part| ["", r#","uid":"u""#].map(|pod| (part, pod))) {
                holds(part, pod, &facts);
            }
        }
    }

    fn holds(part: &str, pod: &str, facts: &Facts) {
        let text = format!(
            r#"{{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"a"{pod}}},"spec":{{"volumes":[{{"name":"v","secret":{{"secretName":"s"}}}}],"containers":[{{"name":"a",{part}}}]}}}}"#
        );
        let documents = parse(&Arc::from("pod"), text.as_bytes(), Format::Json, Limits::default());
        let contents = read(documents[0].as_ref().unwrap(), "pod");
        let (workload, policy) = (&contents.workloads[0], Policy::default());
        let container = &workload.containers[0];
        let early = bareness(workload, container, facts, &policy);
        let trace = trace::of_container(workload, container, facts, &policy);
        assert!(early <= trace.offer().bareness(), "{early:?} of {text}");
        if part.contains("LOG_LEVEL") && (!pod.is_empty() || facts.service_account == Fact::Absent) {
            assert_eq!(early, Bare::OfChoice, "a usual pod is told early: {text}");
        }
    }
}
