//! From a file that has the right shape to a policy.

use super::Problem;
use super::shape::number;
use crate::document::Node;
use crate::finding::Level;
use crate::need::Grade;
use crate::policy::{
    Admission, Bundle, Cni, DeclaredNeed, Door, Exception, Glob, Globs, Grant, MappedRole, Match, Mode,
    PatchDoors, RuleLevel, Setting, Surroundings,
};
use crate::trust::refuses_tasks;

/// What is wrong although every part has its shape.
pub(super) fn contradictions(spec: Node<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let roles = spec.get("roles");
    let lists = [
        items(spec, "rules").collect::<Vec<_>>(),
        items(spec, "needs").collect(),
        items(spec, "exceptions").collect(),
        roles.map(|roles| items(roles, "ecs").collect()).unwrap_or_default(),
        roles.map(|roles| items(roles, "kubernetes").collect()).unwrap_or_default(),
    ];
    for list in &lists {
        problems.extend(repeated_names(list));
    }
    problems.extend(lists[0].iter().filter_map(|rule| idle_rule(*rule)));
    problems.extend(lists[3].iter().filter_map(|role| no_statement(*role)));
    problems.extend(lists[4].iter().filter_map(|role| not_one_grant(*role)));
    problems
}

fn repeated_names(list: &[Node<'_>]) -> Vec<Problem> {
    let names: Vec<_> = list.iter().filter_map(|item| item.get("name")).collect();
    let again = |(n, name): (usize, &Node<'_>)| {
        let before = names[..n].iter().any(|other| other.text() == name.text());
        before.then(|| {
            Problem::at(*name, format!("a second entry is called `{}`", name.text().unwrap_or_default()))
        })
    };
    names.iter().enumerate().filter_map(again).collect()
}

fn idle_rule(rule: Node<'_>) -> Option<Problem> {
    let idle = rule.get("level").is_none() && rule.get("doors").is_none();
    idle.then(|| Problem::at(rule, "this says nothing: expected `level` or `doors`"))
}

fn not_one_grant(role: Node<'_>) -> Option<Problem> {
    let both = role.get("podIdentity").is_some() == role.get("irsa").is_some();
    both.then(|| Problem::at(role, "expected either `podIdentity` or `irsa`"))
}

fn no_statement(role: Node<'_>) -> Option<Problem> {
    let trust = role.get("trustPolicy").filter(|trust| trust.is_mapping())?;
    let says = "expected a trust policy as IAM has it, with `Statement`";
    trust.get("Statement").is_none().then(|| Problem::at(trust, says))
}

pub(super) fn bundle(spec: Node<'_>) -> Bundle {
    let name = text(spec, "extends");
    Bundle::ALL.into_iter().find(|bundle| bundle.name() == name).unwrap_or(Bundle::Baseline)
}

/// The levels of a bundle's own file: ceilings.
pub(super) fn ceilings(spec: Node<'_>) -> impl Iterator<Item = (String, Level)> {
    items(spec, "rules").map(|rule| (text(rule, "name"), level(rule).unwrap_or(Level::Deny)))
}

pub(super) fn rules(spec: Node<'_>) -> impl Iterator<Item = (String, RuleLevel)> {
    let at_door = |at: Node<'_>| Some((door(&text(at, "name"))?, setting(at)?));
    items(spec, "rules").map(move |rule| {
        let doors = items(rule, "doors").filter_map(at_door).collect();
        (text(rule, "name"), RuleLevel { everywhere: setting(rule), doors })
    })
}

fn setting(node: Node<'_>) -> Option<Setting> {
    node.get("level").map(|_| level(node).map_or(Setting::Allow, Setting::Raise))
}

fn level(node: Node<'_>) -> Option<Level> {
    match text(node, "level").as_str() {
        "deny" => Some(Level::Deny),
        "warn" => Some(Level::Warn),
        _ => None,
    }
}

pub(super) fn needs(spec: Node<'_>) -> Vec<DeclaredNeed> {
    let grade = |need: Node<'_>| match text(need, "aws").as_str() {
        "certain" => Grade::Certain,
        "likely" => Grade::Likely,
        _ => Grade::None,
    };
    let build = |need: Node<'_>| DeclaredNeed {
        name: text(need, "name"),
        matches: matches(need),
        aws: grade(need),
        sdks: need
            .get("sdks")
            .into_iter()
            .flat_map(Node::items)
            .filter_map(Node::text)
            .map(str::to_owned)
            .collect(),
    };
    items(spec, "needs").map(build).collect()
}

pub(super) fn roles(spec: Node<'_>) -> Vec<MappedRole> {
    let Some(roles) = spec.get("roles") else { return Vec::new() };
    items(roles, "ecs").chain(items(roles, "kubernetes")).filter_map(role).collect()
}

fn role(node: Node<'_>) -> Option<MappedRole> {
    Some(MappedRole {
        name: text(node, "name"),
        matches: matches(node),
        grant: grant(node)?,
        replaces_keys: flag(node, "replacesKeys").unwrap_or(false),
        refuses_tasks: node.get("trustPolicy").is_some_and(refuses_tasks),
    })
}

fn grant(role: Node<'_>) -> Option<Grant> {
    let arn = |grant: Node<'_>| text(grant, "roleArn");
    let task = role.get("taskRoleArn").map(|_| Grant::TaskRole(text(role, "taskRoleArn")));
    let pod = || role.get("podIdentity").map(|grant| Grant::PodIdentity(arn(grant)));
    task.or_else(pod).or_else(|| role.get("irsa").map(|grant| Grant::Irsa(arn(grant))))
}

pub(super) fn exceptions(spec: Node<'_>) -> Vec<Exception> {
    let build = |node: Node<'_>| {
        Some(Exception {
            name: text(node, "name"),
            rules: items(node, "rules").filter_map(Node::text).map(str::to_owned).collect(),
            matches: matches(node),
            owner: text(node, "owner"),
            reason: text(node, "reason"),
            expires: text(node, "expires").parse().ok()?,
            place: node.document().resolve(node.at()),
        })
    };
    items(spec, "exceptions").filter_map(build).collect()
}

pub(super) fn patch(spec: Node<'_>) -> PatchDoors {
    let default = PatchDoors::default();
    let Some(patch) = spec.get("patch") else { return default };
    let doors = |key: &str, default: Vec<Door>| match patch.get(key) {
        Some(list) => list.items().filter_map(|name| door(name.text()?)).collect(),
        None => default,
    };
    PatchDoors {
        identity: doors("identity", default.identity),
        half_identity: doors("halfIdentity", default.half_identity),
        no_proxy: doors("noProxy", default.no_proxy),
    }
}

pub(super) fn surroundings(spec: Node<'_>) -> Surroundings {
    let Some(node) = spec.get("surroundings") else { return Surroundings::default() };
    let (cluster, instances) = (node.get("kubernetes"), node.get("ecs"));
    let agent = instances.and_then(|instances| instances.get("agent"));
    let word = |key: &str| cluster.map(|cluster| text(cluster, key)).filter(|word| !word.is_empty());
    Surroundings {
        complete: text(node, "input") == "complete",
        cni: word("cni").as_deref().and_then(cni),
        ipv6: word("ipFamily").as_deref() == Some("ipv6"),
        metadata_blocked: word("metadata").map(|word| word == "blocked"),
        region: word("region"),
        task_iam_role: agent.and_then(|agent| flag(agent, "taskIamRole")),
        awsvpc_block_imds: agent.and_then(|agent| flag(agent, "awsvpcBlockImds")),
        metadata_hop_limit: instances.and_then(|instances| number(instances.get("metadataHopLimit")?)),
        docker_hop_limit: node.get("docker").and_then(|docker| number(docker.get("metadataHopLimit")?)),
    }
}

fn cni(word: &str) -> Option<Cni> {
    match word {
        "vpc-cni" => Some(Cni::VpcCni),
        "cilium" => Some(Cni::Cilium),
        "calico" => Some(Cni::Calico),
        _ => None,
    }
}

pub(super) fn admission(spec: Node<'_>) -> Admission {
    let Some(node) = spec.get("admission") else { return Admission::default() };
    let own = |entry: Node<'_>| (matches(entry), mode(entry));
    Admission { mode: mode(node), namespaces: items(node, "namespaces").map(own).collect() }
}

fn mode(node: Node<'_>) -> Mode {
    match text(node, "mode").as_str() {
        "audit" => Mode::Audit,
        "enforce" => Mode::Enforce,
        _ => Mode::default(),
    }
}

fn matches(node: Node<'_>) -> Match {
    let Some(node) = node.get("match") else { return Match::default() };
    let globs = |key: &str| -> Globs {
        let list = node.get(key)?;
        Some(list.items().filter_map(Node::text).map(Glob::new).collect())
    };
    let tag = |entry: crate::document::Entry<'_>| {
        Some((entry.key.text()?.to_owned(), Glob::new(entry.value.text()?)))
    };
    Match {
        namespaces: globs("namespaces"),
        workloads: globs("workloads"),
        kinds: globs("kinds"),
        containers: globs("containers"),
        service_accounts: globs("serviceAccounts"),
        families: globs("families"),
        tags: node.get("tags").map(|tags| tags.entries().filter_map(tag).collect()).unwrap_or_default(),
    }
}

fn door(name: &str) -> Option<Door> {
    Door::ALL.into_iter().find(|door| door.name() == name)
}

fn items<'d>(node: Node<'d>, key: &str) -> impl Iterator<Item = Node<'d>> {
    node.get(key).into_iter().flat_map(Node::items)
}

pub(super) fn text(node: Node<'_>, key: &str) -> String {
    node.get(key).and_then(Node::text).unwrap_or_default().to_owned()
}

fn flag(node: Node<'_>, key: &str) -> Option<bool> {
    node.get(key)?.boolean()
}
