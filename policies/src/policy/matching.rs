//! Matching: keys joined by AND, the items of a list by OR, `*` the only glob, an absent key matches anything.

use crate::workload::{Label, Workload, WorkloadId};

/// A pattern in which `*` stands for any text, also none. Everything else stands for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob(String);

impl Glob {
    /// Takes a pattern; every text is one.
    pub fn new(pattern: impl Into<String>) -> Self {
        Self(pattern.into())
    }

    /// Whether the whole text fits. Linear in pattern and text for each `*`, without backtracking beyond the last.
    pub fn matches(&self, text: &str) -> bool {
        let Some((head, rest)) = self.0.split_once('*') else { return self.0 == text };
        let Some(mut text) = text.strip_prefix(head) else { return false };
        let (middle, tail) = rest.rsplit_once('*').unwrap_or(("", rest));
        for part in middle.split('*').filter(|part| !part.is_empty()) {
            match text.split_once(part) {
                Some((_, after)) => text = after,
                None => return false,
            }
        }
        text.ends_with(tail)
    }
}

/// Alternatives for one key; `None` when the key is absent.
pub type Globs = Option<Vec<Glob>>;

/// Which workloads and containers an entry of the policy file is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Match {
    /// Kubernetes namespaces; an absent namespace is `default`. Never matches a task definition.
    pub namespaces: Globs,
    /// Names of workloads; of a task definition its family.
    pub workloads: Globs,
    /// Kinds: `Deployment`, `TaskDefinition`, ...
    pub kinds: Globs,
    /// Names of containers. Never matches what concerns a whole workload.
    pub containers: Globs,
    /// Names of service accounts. Never matches a task definition.
    pub service_accounts: Globs,
    /// Families of task definitions. Never matches anything else.
    pub families: Globs,
    /// Tags of task definitions, all of which must be there. Never matches anything else.
    pub tags: Vec<(String, Glob)>,
}

/// Whom a [`Match`] is asked about.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    id: &'a WorkloadId,
    service_account: Option<&'a str>,
    labels: &'a [Label],
    container: Option<&'a str>,
}

impl<'a> Target<'a> {
    /// A workload as a whole.
    pub fn workload(workload: &'a Workload) -> Self {
        let account = |pod: &'a crate::workload::Pod| {
            pod.service_account.as_ref().map_or("default", |named| &named.name)
        };
        Self {
            id: &workload.id,
            service_account: workload.pod().map(account),
            labels: &workload.labels,
            container: None,
        }
    }

    /// An object that is no workload, such as a Secret.
    pub fn object(id: &'a WorkloadId) -> Self {
        Self { id, service_account: None, labels: &[], container: None }
    }

    /// One of its containers.
    #[must_use]
    pub fn container(mut self, name: Option<&'a str>) -> Self {
        self.container = name;
        self
    }

    fn is_task(&self) -> bool {
        self.id.kind == "TaskDefinition"
    }

    fn namespace(&self) -> Option<&'a str> {
        (!self.is_task()).then(|| self.id.namespace.as_deref().unwrap_or("default"))
    }

    fn family(&self) -> Option<&'a str> {
        self.is_task().then_some(self.id.name.as_str())
    }

    fn has_tag(&self, key: &str, value: &Glob) -> bool {
        self.is_task() && self.labels.iter().any(|label| label.key == key && fits(value, label))
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a tag is compared with a pattern of the policy file and not kept"
)]
fn fits(glob: &Glob, label: &Label) -> bool {
    glob.matches(label.value.expose())
}

impl Match {
    /// Whether every key that is written fits.
    pub fn matches(&self, target: &Target<'_>) -> bool {
        any(&self.namespaces, target.namespace())
            && any(&self.workloads, Some(&target.id.name))
            && any(&self.kinds, Some(&target.id.kind))
            && any(&self.containers, target.container)
            && any(&self.service_accounts, target.service_account)
            && any(&self.families, target.family())
            && self.tags.iter().all(|(key, value)| target.has_tag(key, value))
    }
}

fn any(globs: &Globs, text: Option<&str>) -> bool {
    globs.as_ref().is_none_or(|globs| text.is_some_and(|text| globs.iter().any(|glob| glob.matches(text))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text_and_nothing_else_does() {
        let fits = |pattern: &str, text: &str| Glob::new(pattern).matches(text);
        assert!(fits("vendor-*", "vendor-") && fits("vendor-*", "vendor-sync"));
        assert!(fits("*", "") && fits("*-a*b-*", "x-aab-y") && fits("a**b", "ab"));
        assert!(!fits("vendor-*", "my-vendor-sync") && !fits("vendor", "vendor-sync"));
        assert!(!fits("a*a", "a") && !fits("ab*ba", "aba") && !fits("v?", "vx") && !fits("[ab]", "a"));
    }

    #[test]
    fn keys_are_joined_by_and_and_items_by_or() {
        let globs = |items: &[&str]| Some(items.iter().map(|item| Glob::new(*item)).collect());
        let id = WorkloadId { kind: "Deployment".into(), namespace: None, name: "web".into() };
        let rule =
            Match { namespaces: globs(&["a", "default"]), workloads: globs(&["w*"]), ..Match::default() };
        assert!(rule.matches(&Target::object(&id)));
        let other = WorkloadId { name: "api".into(), ..id.clone() };
        assert!(!rule.matches(&Target::object(&other)));
        let elsewhere = WorkloadId { namespace: Some("b".into()), ..id };
        assert!(!rule.matches(&Target::object(&elsewhere)));
    }

    #[test]
    fn a_match_by_container_never_fits_a_whole_workload() {
        let id = WorkloadId { kind: "Pod".into(), namespace: None, name: "web".into() };
        let rule = Match { containers: Some(vec![Glob::new("*")]), ..Match::default() };
        assert!(!rule.matches(&Target::object(&id)));
        assert!(rule.matches(&Target::object(&id).container(Some("app"))));
    }

    #[test]
    fn a_task_definition_has_a_family_and_no_namespace() {
        let id = WorkloadId { kind: "TaskDefinition".into(), namespace: None, name: "checkout-api".into() };
        let by = |key: fn(&mut Match, Globs)| {
            let mut rule = Match::default();
            key(&mut rule, Some(vec![Glob::new("*")]));
            rule.matches(&Target::object(&id))
        };
        assert!(by(|rule, globs| rule.families = globs));
        assert!(!by(|rule, globs| rule.namespaces = globs));
        assert!(!by(|rule, globs| rule.service_accounts = globs));
    }
}
